"""What patients are allergic to most often, and the answer that there is nothing.

Groups of drugs by the WHO's ATC index; SNOMED CT for "No known allergy" (as in HL7's value set of
codes for AllergyIntolerance). What is no drug is offered as plain text, without a code.
"""

from patients.codes import Coded, folded
from patients.codes.conditions import SNOMED
from patients.codes.drugs import ATC, DRUGS
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
)

ALLERGENS = (NONE_KNOWN, *GROUPS, *OTHERS, *DRUGS)


def denies_every_allergy(allergy) -> bool:
    """Tell whether the entry says that no allergy at all is known.

    "No known drug allergy" does not: it stands well beside an allergy to nuts.
    """
    words = {folded(name) for names in NONE_KNOWN.names.values() for name in names}
    return allergy.code == NONE_KNOWN.code or folded(allergy.display) in words
