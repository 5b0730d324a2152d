"""What patients are allergic to most often, and the answer that there is nothing.

Groups of drugs by the WHO's ATC index (compared with that of April 2026); SNOMED CT for "No known
allergy" and its kinds, as HL7's International Patient Summary maps them. What is no drug, and what
has no one code in the ATC index (cephalosporins, aspirin), is offered as plain text.

A group's code says no more than the group: NSAIDs (M01A) hold neither aspirin nor metamizole, and
opioids (N02A) not the codeine in cough medicine. Nothing here looks for cross-reactions.
"""

from functools import cache

from patients.codes import Coded, folded
from patients.codes.conditions import SNOMED
from patients.codes.drugs import ATC, SUBSTANCES
from patients.models.facts import NO_KNOWN_ALLERGY_SNOMED

NONE_KNOWN = Coded(
    SNOMED,
    NO_KNOWN_ALLERGY_SNOMED,
    {
        "en": ("No known allergy", "No known allergies", "No allergies", "NKA", "None known"),
        "de": (
            "Keine Allergie bekannt",
            "Keine Allergien bekannt",
            "Keine Allergien",
            "Keine bekannt",
        ),
        "es": (
            "Sin alergias conocidas",
            "Ninguna alergia conocida",
            "Sin alergias",
            "Ninguna conocida",
            "No conocidas",
        ),
        "pt": (
            "Sem alergias conhecidas",
            "Nenhuma alergia conhecida",
            "Sem alergias",
            "Nenhuma conhecida",
            "Não conhecidas",
        ),
    },
)
# "None known" of one kind: an answer, but not to whether there is any other allergy.
NONE_OF_A_KIND = (
    Coded(
        SNOMED,
        "409137002",
        {
            "en": ("No known drug allergy", "No known drug allergies", "NKDA"),
            "de": (
                "Keine Arzneimittelallergie bekannt",
                "Keine Medikamentenallergie bekannt",
                "Keine Medikamentenallergien bekannt",
            ),
            "es": (
                "Sin alergias medicamentosas conocidas",
                "Sin alergias conocidas a medicamentos",
                "NAMC",
            ),
            "pt": (
                "Sem alergias medicamentosas conhecidas",
                "Sem alergias conhecidas a medicamentos",
            ),
        },
    ),
    Coded(
        SNOMED,
        "429625007",
        {
            "en": ("No known food allergy", "No known food allergies"),
            "de": ("Keine Nahrungsmittelallergie bekannt",),
            "es": ("Sin alergias alimentarias conocidas",),
            "pt": ("Sem alergias alimentares conhecidas",),
        },
    ),
    Coded(
        SNOMED,
        "428607008",
        {
            "en": ("No known environmental allergy", "No known environmental allergies"),
            "de": ("Keine Umweltallergie bekannt",),
            "es": ("Sin alergias ambientales conocidas",),
            "pt": ("Sem alergias ambientais conhecidas",),
        },
    ),
)


def _group(code: str, en: str, de: str, es: str, pt: str) -> Coded:
    """Return an entry; the names of a language are parted by bars; without a code it is text."""
    named = {"en": en, "de": de, "es": es, "pt": pt}
    names = {key: tuple(text.split("|")) for key, text in named.items()}
    return Coded(ATC if code else "", code, names)


GROUPS = (
    _group(
        "J01C",
        "Penicillins|Penicillin",
        "Penicilline|Penicillin",
        "Penicilinas|Penicilina",
        "Penicilinas|Penicilina",
    ),
    _group(
        "J01FA",
        "Macrolides",
        "Makrolide",
        "Macrólidos",
        "Macrólidos|Macrolídeos",
    ),
    _group(
        "J01MA",
        "Fluoroquinolones",
        "Fluorchinolone",
        "Fluoroquinolonas",
        "Fluoroquinolonas",
    ),
    _group(
        "J01AA",
        "Tetracyclines",
        "Tetracycline",
        "Tetraciclinas",
        "Tetraciclinas",
    ),
    _group(
        "J01G",
        "Aminoglycosides",
        "Aminoglykoside",
        "Aminoglucósidos",
        "Aminoglicosídeos",
    ),
    _group(
        "J01DH",
        "Carbapenems",
        "Carbapeneme",
        "Carbapenémicos",
        "Carbapenemes|Carbapenémicos",
    ),
    _group(
        "M01A",
        "Non-steroidal anti-inflammatory drugs|NSAID|NSAIDs",
        "Nichtsteroidale Antirheumatika|NSAR",
        "Antiinflamatorios no esteroideos|AINE",
        "Anti-inflamatórios não esteroides|AINE",
    ),
    _group(
        "N02A",
        "Opioids",
        "Opioide",
        "Opioides",
        "Opioides",
    ),
    _group(
        "B01AB",
        "Heparins|Heparin",
        "Heparine|Heparin",
        "Heparinas|Heparina",
        "Heparinas|Heparina",
    ),
    _group(
        "C09AA",
        "ACE inhibitors",
        "ACE-Hemmer",
        "Inhibidores de la ECA|IECA",
        "Inibidores da ECA|IECA",
    ),
    _group(
        "N01B",
        "Local anaesthetics",
        "Lokalanästhetika",
        "Anestésicos locales",
        "Anestésicos locais",
    ),
    _group(
        "V08A",
        "Iodinated contrast media",
        "Jodhaltige Kontrastmittel",
        "Contrastes yodados",
        "Contrastes iodados",
    ),
    _group(
        "V08CA",
        "Paramagnetic (gadolinium) contrast media|Gadolinium contrast media",
        "Paramagnetische (gadoliniumhaltige) Kontrastmittel|Gadoliniumhaltige Kontrastmittel",
        "Contrastes paramagnéticos (con gadolinio)|Contrastes con gadolinio",
        "Contrastes paramagnéticos (com gadolínio)|Contrastes com gadolínio",
    ),
    _group(
        "M03A",
        "Muscle relaxants, peripherally acting|Neuromuscular blockers",
        "Muskelrelaxanzien, peripher wirkend|Periphere Muskelrelaxanzien",
        "Relajantes musculares de acción periférica|Bloqueantes neuromusculares",
        "Relaxantes musculares de ação periférica|Bloqueadores neuromusculares",
    ),
    _group(
        "C10AA",
        "Statins",
        "Statine",
        "Estatinas",
        "Estatinas",
    ),
)

OTHERS = (
    _group(
        "",
        "Cephalosporins",
        "Cephalosporine",
        "Cefalosporinas",
        "Cefalosporinas",
    ),
    _group(
        "",
        "Sulfonamides",
        "Sulfonamide",
        "Sulfonamidas",
        "Sulfonamidas",
    ),
    _group(
        "",
        "Acetylsalicylic acid|Aspirin",
        "Acetylsalicylsäure|ASS",
        "Ácido acetilsalicílico|Aspirina|AAS",
        "Ácido acetilsalicílico|Aspirina|AAS",
    ),
    _group(
        "",
        "Metronidazole",
        "Metronidazol",
        "Metronidazol",
        "Metronidazol",
    ),
    _group(
        "",
        "Vancomycin",
        "Vancomycin",
        "Vancomicina",
        "Vancomicina",
    ),
    _group(
        "",
        "Chlorhexidine",
        "Chlorhexidin",
        "Clorhexidina",
        "Cloro-hexidina|Clorexidina",
    ),
    _group(
        "",
        "Povidone-iodine",
        "Povidon-Iod|PVP-Iod",
        "Povidona yodada",
        "Iodopovidona",
    ),
    _group(
        "",
        "Latex",
        "Latex",
        "Látex",
        "Látex",
    ),
    _group(
        "",
        "Plasters",
        "Pflaster",
        "Esparadrapo",
        "Adesivos|Pensos adesivos",
    ),
    _group(
        "",
        "Bee or wasp venom",
        "Bienen- oder Wespengift",
        "Veneno de abeja o avispa",
        "Veneno de abelha ou vespa",
    ),
    _group(
        "",
        "Pollen",
        "Pollen",
        "Polen",
        "Pólen",
    ),
    _group(
        "",
        "House dust mite",
        "Hausstaubmilbe",
        "Ácaros del polvo",
        "Ácaros do pó",
    ),
    _group(
        "",
        "Peanut",
        "Erdnuss",
        "Cacahuete|Cacahuate|Maní",
        "Amendoim",
    ),
    _group(
        "",
        "Nuts",
        "Nüsse",
        "Frutos secos",
        "Frutos de casca rija|Frutos secos|Oleaginosas",
    ),
    _group(
        "",
        "Egg",
        "Ei",
        "Huevo",
        "Ovo",
    ),
    _group(
        "",
        "Cow’s milk|Cow's milk",
        "Kuhmilch",
        "Leche de vaca",
        "Leite de vaca",
    ),
    _group(
        "",
        "Fish",
        "Fisch",
        "Pescado",
        "Peixe",
    ),
    _group(
        "",
        "Shellfish",
        "Schalentiere",
        "Marisco",
        "Marisco",
    ),
    _group(
        "",
        "Soya",
        "Soja",
        "Soja",
        "Soja",
    ),
    _group(
        "",
        "Wheat",
        "Weizen",
        "Trigo",
        "Trigo",
    ),
    _group(
        "",
        "Sesame",
        "Sesam",
        "Sésamo|Ajonjolí",
        "Sésamo|Gergelim",
    ),
    _group(
        "",
        "Nickel",
        "Nickel",
        "Níquel",
        "Níquel",
    ),
)

ALLERGENS = (NONE_KNOWN, *NONE_OF_A_KIND, *GROUPS, *OTHERS, *SUBSTANCES)


def denies_every_allergy(allergy) -> bool:
    """Tell whether the entry says that no allergy at all is known.

    "No known drug allergy" does not: it stands well beside an allergy to nuts.
    """
    return _is_one_of(allergy, (NONE_KNOWN,))


def denies_a_kind_of_allergy(allergy) -> bool:
    """Tell whether the entry says that none of one kind is known, such as "NKDA"."""
    return _is_one_of(allergy, NONE_OF_A_KIND)


def _is_one_of(allergy, answers: tuple[Coded, ...]) -> bool:
    """Tell whether the entry is one of ``answers``, by its code or by its name in any language."""
    return allergy.code in {one.code for one in answers} or folded(allergy.display) in _words(
        answers
    )


@cache
def _words(answers: tuple[Coded, ...]) -> frozenset[str]:
    return frozenset(
        folded(name) for one in answers for names in one.names.values() for name in names
    )
