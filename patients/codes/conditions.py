"""Problems that wards record most often.

Source: WHO, International Statistical Classification of Diseases, 10th revision, edition of 2019,
without any country's changes (ICD-10-CM, ICD-10-GM); FHIR names its system
http://hl7.org/fhir/sid/icd-10. Every code and title was compared with that edition. Displays are
its titles; I80.2 shows an inclusion term, which is what people say. A category of three characters
stands where a ward says no more: "type 2 diabetes" is E11, not E11.9 "without complications".
Pregnancy is SNOMED CT (77386006), because it ends scoring.
"""

from patients.codes import Coded
from patients.models.facts import PREGNANCY_SNOMED

ICD_10 = "http://hl7.org/fhir/sid/icd-10"
SNOMED = "http://snomed.info/sct"


def _icd(code: str, en: str, de: str, es: str, pt: str) -> Coded:
    """Return an entry; the names of a language are parted by bars."""
    named = {"en": en, "de": de, "es": es, "pt": pt}
    return Coded(ICD_10, code, {key: tuple(text.split("|")) for key, text in named.items()})


PREGNANCY = Coded(
    SNOMED,
    PREGNANCY_SNOMED,
    {
        "en": ("Pregnancy", "Pregnant"),
        "de": ("Schwangerschaft", "Schwanger"),
        "es": ("Embarazo", "Embarazada"),
        "pt": ("Gravidez", "Grávida"),
    },
)

CONDITIONS = (
    PREGNANCY,
    # circulation
    _icd(
        "I10",
        "Essential (primary) hypertension|Hypertension|High blood pressure",
        "Essentielle (primäre) Hypertonie|Hypertonie|Bluthochdruck",
        "Hipertensión esencial (primaria)|Hipertensión arterial|Hipertensión",
        "Hipertensão essencial (primária)|Hipertensão arterial|Hipertensão",
    ),
    _icd(
        "I20",
        "Angina pectoris|Angina",
        "Angina pectoris",
        "Angina de pecho",
        "Angina pectoris|Angina de peito",
    ),
    _icd(
        "I21",
        "Acute myocardial infarction|Myocardial infarction|Heart attack",
        "Akuter Myokardinfarkt|Myokardinfarkt|Herzinfarkt",
        "Infarto agudo de miocardio|Infarto de miocardio",
        "Enfarte agudo do miocárdio|Infarto agudo do miocárdio",
    ),
    _icd(
        "I25.2",
        "Old myocardial infarction|Previous myocardial infarction",
        "Alter Myokardinfarkt|Zustand nach Myokardinfarkt",
        "Infarto antiguo del miocardio|Infarto de miocardio antiguo",
        "Enfarte do miocárdio antigo|Infarto antigo do miocárdio",
    ),
    _icd(
        "I25",
        "Chronic ischaemic heart disease|Coronary heart disease|Ischaemic heart disease",
        "Chronische ischämische Herzkrankheit|Koronare Herzkrankheit|KHK",
        "Enfermedad isquémica crónica del corazón|Cardiopatía isquémica",
        "Doença isquémica crónica do coração|Cardiopatia isquémica",
    ),
    _icd(
        "I26",
        "Pulmonary embolism",
        "Lungenembolie",
        "Embolia pulmonar|Tromboembolismo pulmonar",
        "Embolia pulmonar|Tromboembolismo pulmonar",
    ),
    _icd(
        "I35.0",
        "Aortic (valve) stenosis|Aortic stenosis",
        "Aortenklappenstenose",
        "Estenosis (de la válvula) aórtica|Estenosis aórtica",
        "Estenose (da válvula) aórtica|Estenose aórtica",
    ),
    _icd(
        "I47.1",
        "Supraventricular tachycardia",
        "Supraventrikuläre Tachykardie",
        "Taquicardia supraventricular",
        "Taquicardia supraventricular",
    ),
    _icd(
        "I48",
        "Atrial fibrillation and flutter|Atrial fibrillation",
        "Vorhofflimmern und Vorhofflattern|Vorhofflimmern",
        "Fibrilación y aleteo auricular|Fibrilación auricular",
        "Fibrilhação e flutter auricular|Fibrilhação auricular|Fibrilação atrial",
    ),
    _icd(
        "I50",
        "Heart failure|Cardiac failure",
        "Herzinsuffizienz",
        "Insuficiencia cardíaca",
        "Insuficiência cardíaca",
    ),
    _icd(
        "I61",
        "Intracerebral haemorrhage",
        "Intrazerebrale Blutung",
        "Hemorragia intraencefálica|Hemorragia intracerebral",
        "Hemorragia intracerebral",
    ),
    _icd(
        "I63",
        "Cerebral infarction|Ischaemic stroke",
        "Hirninfarkt|Ischämischer Schlaganfall",
        "Infarto cerebral|Ictus isquémico|ACV isquémico",
        "Enfarte cerebral|AVC isquémico|Infarto cerebral",
    ),
    _icd(
        "I64",
        "Stroke, not specified as haemorrhage or infarction|Stroke",
        "Schlaganfall, nicht als Blutung oder Infarkt bezeichnet|Schlaganfall",
        "Accidente vascular encefálico agudo, no especificado como hemorrágico o isquémico|Ictus|"
        "Accidente cerebrovascular|ACV",
        "Acidente vascular cerebral, não especificado como hemorrágico ou isquémico|AVC",
    ),
    _icd(
        "G45.9",
        "Transient cerebral ischaemic attack, unspecified|Transient ischaemic attack|TIA",
        "Zerebrale transitorische Ischämie, nicht näher bezeichnet|TIA",
        "Isquemia cerebral transitoria, sin otra especificación|Accidente isquémico transitorio",
        "Isquemia cerebral transitória não especificada|Acidente isquémico transitório|AIT",
    ),
    _icd(
        "I73.9",
        "Peripheral vascular disease, unspecified|Peripheral vascular disease",
        "Periphere Gefäßkrankheit, nicht näher bezeichnet|Periphere Gefäßkrankheit",
        "Enfermedad vascular periférica, no especificada|Enfermedad vascular periférica",
        "Doença vascular periférica não especificada|Doença vascular periférica",
    ),
    _icd(
        "I80.2",
        "Deep vein thrombosis|DVT",
        "Tiefe Venenthrombose|TVT",
        "Trombosis venosa profunda|TVP",
        "Trombose venosa profunda|TVP",
    ),
    _icd(
        "I95.1",
        "Orthostatic hypotension",
        "Orthostatische Hypotonie",
        "Hipotensión ortostática",
        "Hipotensão ortostática",
    ),
    # metabolism
    _icd(
        "E10",
        "Type 1 diabetes mellitus|Type 1 diabetes",
        "Diabetes mellitus, Typ 1|Diabetes Typ 1",
        "Diabetes mellitus tipo 1|Diabetes tipo 1",
        "Diabetes mellitus tipo 1|Diabetes tipo 1",
    ),
    _icd(
        "E11",
        "Type 2 diabetes mellitus|Type 2 diabetes",
        "Diabetes mellitus, Typ 2|Diabetes Typ 2",
        "Diabetes mellitus tipo 2|Diabetes tipo 2",
        "Diabetes mellitus tipo 2|Diabetes tipo 2",
    ),
    _icd(
        "E16.2",
        "Hypoglycaemia, unspecified|Hypoglycaemia",
        "Hypoglykämie, nicht näher bezeichnet|Hypoglykämie",
        "Hipoglucemia, no especificada|Hipoglucemia|Hipoglicemia",
        "Hipoglicemia não especificada|Hipoglicemia",
    ),
    _icd(
        "E03.9",
        "Hypothyroidism, unspecified|Hypothyroidism",
        "Hypothyreose, nicht näher bezeichnet|Hypothyreose",
        "Hipotiroidismo, no especificado|Hipotiroidismo",
        "Hipotiroidismo não especificado|Hipotiroidismo|Hipotireoidismo",
    ),
    _icd(
        "E05",
        "Thyrotoxicosis [hyperthyroidism]|Hyperthyroidism",
        "Hyperthyreose [Thyreotoxikose]|Hyperthyreose",
        "Tirotoxicosis [hipertiroidismo]|Hipertiroidismo",
        "Tirotoxicose [hipertiroidismo]|Hipertiroidismo|Hipertireoidismo",
    ),
    _icd(
        "E66",
        "Obesity",
        "Adipositas",
        "Obesidad",
        "Obesidade",
    ),
    _icd(
        "E66.2",
        "Extreme obesity with alveolar hypoventilation|Obesity hypoventilation syndrome",
        "Übermäßige Adipositas mit alveolärer Hypoventilation|Obesitas-Hypoventilationssyndrom",
        "Obesidad extrema con hipoventilación alveolar|Síndrome de obesidad e hipoventilación",
        "Obesidade extrema com hipoventilação alveolar|Síndrome de obesidade e hipoventilação",
    ),
    _icd(
        "E78.0",
        "Pure hypercholesterolaemia|Hypercholesterolaemia",
        "Reine Hypercholesterinämie|Hypercholesterinämie",
        "Hipercolesterolemia pura|Hipercolesterolemia",
        "Hipercolesterolemia pura|Hipercolesterolemia",
    ),
    _icd(
        "E78.5",
        "Hyperlipidaemia, unspecified|Hyperlipidaemia",
        "Hyperlipidämie, nicht näher bezeichnet|Hyperlipidämie",
        "Hiperlipidemia no especificada|Hiperlipidemia",
        "Hiperlipidemia não especificada|Hiperlipidemia",
    ),
    _icd(
        "E86",
        "Volume depletion|Dehydration",
        "Volumenmangel|Dehydratation|Exsikkose",
        "Depleción del volumen|Deshidratación",
        "Depleção de volume|Desidratação",
    ),
    _icd(
        "E87.0",
        "Hyperosmolality and hypernatraemia|Hypernatraemia",
        "Hyperosmolalität und Hypernatriämie|Hypernatriämie",
        "Hiperosmolaridad e hipernatremia|Hipernatremia",
        "Hiperosmolaridade e hipernatremia|Hipernatremia",
    ),
    _icd(
        "E87.1",
        "Hypo-osmolality and hyponatraemia|Hyponatraemia",
        "Hypoosmolalität und Hyponatriämie|Hyponatriämie",
        "Hiposmolaridad e hiponatremia|Hiponatremia",
        "Hiposmolaridade e hiponatremia|Hiponatremia",
    ),
    _icd(
        "E87.5",
        "Hyperkalaemia",
        "Hyperkaliämie",
        "Hiperpotasemia|Hiperkalemia",
        "Hipercaliemia|Hiperpotassemia|Hipercalemia",
    ),
    _icd(
        "E87.6",
        "Hypokalaemia",
        "Hypokaliämie",
        "Hipopotasemia|Hipokalemia",
        "Hipocaliemia|Hipopotassemia|Hipocalemia",
    ),
    # breathing
    _icd(
        "J18.9",
        "Pneumonia, unspecified|Pneumonia",
        "Pneumonie, nicht näher bezeichnet|Pneumonie|Lungenentzündung",
        "Neumonía, no especificada|Neumonía",
        "Pneumonia não especificada|Pneumonia",
    ),
    _icd(
        "J10.1",
        "Influenza with other respiratory manifestations, seasonal influenza virus identified|"
        "Influenza, virus identified",
        "Grippe mit sonstigen Manifestationen an den Atemwegen, saisonale Influenzaviren "
        "nachgewiesen|Influenza, Virus nachgewiesen",
        "Influenza con otras manifestaciones respiratorias, virus de la influenza estacional "
        "identificado|Influenza, virus identificado|Gripe, virus identificado",
        "Gripe com outras manifestações respiratórias, vírus da gripe sazonal identificado|"
        "Gripe, vírus identificado|Influenza, vírus identificado",
    ),
    _icd(
        "J11.1",
        "Influenza with other respiratory manifestations, virus not identified|Influenza, "
        "virus not identified",
        "Grippe mit sonstigen Manifestationen an den Atemwegen, Viren nicht nachgewiesen|"
        "Influenza, Virus nicht nachgewiesen",
        "Influenza con otras manifestaciones respiratorias, virus no identificado|Influenza, "
        "virus no identificado|Gripe, virus no identificado",
        "Gripe com outras manifestações respiratórias, vírus não identificado|Gripe, vírus não "
        "identificado|Influenza, vírus não identificado",
    ),
    _icd(
        "J69.0",
        "Pneumonitis due to food and vomit|Aspiration pneumonia",
        "Pneumonie durch Nahrung oder Erbrochenes|Aspirationspneumonie",
        "Neumonitis debida a aspiración de alimento o vómito|Neumonía por aspiración|Neumonía "
        "aspirativa",
        "Pneumonite devida a alimentos ou vómito|Pneumonia de aspiração|Pneumonia por "
        "aspiração|Pneumonia aspirativa",
    ),
    _icd(
        "J44.9",
        "Chronic obstructive pulmonary disease, unspecified|"
        "Chronic obstructive pulmonary disease|COPD",
        "Chronische obstruktive Lungenkrankheit, nicht näher bezeichnet|COPD",
        "Enfermedad pulmonar obstructiva crónica, no especificada|EPOC",
        "Doença pulmonar obstrutiva crónica não especificada|DPOC",
    ),
    _icd(
        "J44.1",
        "Chronic obstructive pulmonary disease with acute exacerbation, unspecified|COPD "
        "exacerbation|Exacerbation of COPD",
        "Chronische obstruktive Lungenkrankheit mit akuter Exazerbation, nicht näher "
        "bezeichnet|Exazerbierte COPD|COPD-Exazerbation",
        "Enfermedad pulmonar obstructiva crónica con exacerbación aguda, no especificada|"
        "Exacerbación de EPOC|EPOC reagudizada",
        "Doença pulmonar obstrutiva crónica com exacerbação aguda não especificada|Exacerbação "
        "de DPOC|DPOC agudizada",
    ),
    _icd(
        "J45",
        "Asthma",
        "Asthma bronchiale|Asthma",
        "Asma",
        "Asma",
    ),
    _icd(
        "J47",
        "Bronchiectasis",
        "Bronchiektasen",
        "Bronquiectasia|Bronquiectasias",
        "Bronquiectasia|Bronquiectasias",
    ),
    _icd(
        "J90",
        "Pleural effusion, not elsewhere classified|Pleural effusion",
        "Pleuraerguss, anderenorts nicht klassifiziert|Pleuraerguss",
        "Derrame pleural no clasificado en otra parte|Derrame pleural",
        "Derrame pleural não classificado em outra parte|Derrame pleural",
    ),
    _icd(
        "J93.9",
        "Pneumothorax, unspecified|Pneumothorax",
        "Pneumothorax, nicht näher bezeichnet|Pneumothorax",
        "Neumotórax, no especificado|Neumotórax",
        "Pneumotórax não especificado|Pneumotórax",
    ),
    _icd(
        "J96.0",
        "Acute respiratory failure",
        "Akute respiratorische Insuffizienz",
        "Insuficiencia respiratoria aguda",
        "Insuficiência respiratória aguda",
    ),
    _icd(
        "J96.1",
        "Chronic respiratory failure",
        "Chronische respiratorische Insuffizienz",
        "Insuficiencia respiratoria crónica",
        "Insuficiência respiratória crónica",
    ),
    _icd(
        "G47.3",
        "Sleep apnoea",
        "Schlafapnoe",
        "Apnea del sueño",
        "Apneia do sono",
    ),
    # infections
    _icd(
        "U07.1",
        "COVID-19, virus identified|COVID-19",
        "COVID-19, Virus nachgewiesen|COVID-19",
        "COVID-19, virus identificado|COVID-19",
        "COVID-19, vírus identificado|COVID-19",
    ),
    _icd(
        "U07.2",
        "COVID-19, virus not identified",
        "COVID-19, Virus nicht nachgewiesen",
        "COVID-19, virus no identificado",
        "COVID-19, vírus não identificado",
    ),
    _icd(
        "A41.9",
        "Sepsis, unspecified|Sepsis",
        "Sepsis, nicht näher bezeichnet|Sepsis",
        "Sepsis, no especificada|Sepsis",
        "Sépsis não especificada|Sépsis|Sepse",
    ),
    _icd(
        "A04.7",
        "Enterocolitis due to Clostridium difficile|Clostridium difficile infection|"
        "Clostridioides difficile infection",
        "Enterokolitis durch Clostridium difficile|Clostridium-difficile-Infektion|"
        "Clostridioides-difficile-Infektion",
        "Enterocolitis debida a Clostridium difficile|Infección por Clostridium difficile|"
        "Infección por Clostridioides difficile",
        "Enterocolite devida a Clostridium difficile|Infeção por Clostridium difficile|Infeção "
        "por Clostridioides difficile|Infecção por Clostridium difficile|Infecção por "
        "Clostridioides difficile",
    ),
    _icd(
        "A09.9",
        "Gastroenteritis and colitis of unspecified origin|Gastroenteritis",
        "Gastroenteritis und Kolitis nicht näher bezeichneten Ursprungs|Gastroenteritis",
        "Gastroenteritis y colitis de origen no especificado|Gastroenteritis",
        "Gastroenterite e colite de origem não especificada|Gastroenterite",
    ),
    _icd(
        "B18.1",
        "Chronic viral hepatitis B without delta-agent|Chronic hepatitis B",
        "Chronische Virushepatitis B ohne Delta-Virus|Chronische Hepatitis B",
        "Hepatitis viral tipo B crónica, sin agente delta|Hepatitis B crónica",
        "Hepatite viral crónica B sem agente delta|Hepatite B crónica",
    ),
    _icd(
        "B18.2",
        "Chronic viral hepatitis C|Chronic hepatitis C",
        "Chronische Virushepatitis C|Chronische Hepatitis C",
        "Hepatitis viral tipo C crónica|Hepatitis C crónica",
        "Hepatite viral crónica C|Hepatite C crónica",
    ),
    _icd(
        "L03.9",
        "Cellulitis, unspecified|Cellulitis",
        "Phlegmone, nicht näher bezeichnet|Phlegmone",
        "Celulitis de sitio no especificado|Celulitis",
        "Celulite não especificada|Celulite",
    ),
    # digestion
    _icd(
        "K21",
        "Gastro-oesophageal reflux disease|Reflux disease",
        "Gastroösophageale Refluxkrankheit|Refluxkrankheit",
        "Enfermedad del reflujo gastroesofágico|Reflujo gastroesofágico",
        "Doença de refluxo gastroesofágico|Refluxo gastroesofágico",
    ),
    _icd(
        "K25",
        "Gastric ulcer",
        "Ulcus ventriculi|Magengeschwür",
        "Úlcera gástrica",
        "Úlcera gástrica",
    ),
    _icd(
        "K26",
        "Duodenal ulcer",
        "Ulcus duodeni",
        "Úlcera duodenal",
        "Úlcera duodenal",
    ),
    _icd(
        "K29.7",
        "Gastritis, unspecified|Gastritis",
        "Gastritis, nicht näher bezeichnet|Gastritis",
        "Gastritis, no especificada|Gastritis",
        "Gastrite não especificada|Gastrite",
    ),
    _icd(
        "K35",
        "Acute appendicitis",
        "Akute Appendizitis",
        "Apendicitis aguda",
        "Apendicite aguda",
    ),
    _icd(
        "K50",
        "Crohn disease [regional enteritis]|Crohn disease",
        "Crohn-Krankheit [Enteritis regionalis]|Morbus Crohn",
        "Enfermedad de Crohn [enteritis regional]|Enfermedad de Crohn",
        "Doença de Crohn [enterite regional]|Doença de Crohn",
    ),
    _icd(
        "K51",
        "Ulcerative colitis",
        "Colitis ulcerosa",
        "Colitis ulcerosa",
        "Colite ulcerosa|Colite ulcerativa",
    ),
    _icd(
        "K56.7",
        "Ileus, unspecified|Ileus",
        "Ileus, nicht näher bezeichnet|Ileus",
        "Íleo, no especificado|Íleo",
        "Íleo não especificado|Íleo",
    ),
    _icd(
        "K57",
        "Diverticular disease of intestine|Diverticular disease",
        "Divertikulose des Darmes|Divertikulose",
        "Enfermedad diverticular del intestino|Enfermedad diverticular",
        "Doença diverticular do intestino|Doença diverticular",
    ),
    _icd(
        "K58",
        "Irritable bowel syndrome",
        "Reizdarmsyndrom",
        "Síndrome del intestino irritable|Síndrome del colon irritable",
        "Síndrome do intestino irritável|Síndrome do cólon irritável",
    ),
    _icd(
        "K59.0",
        "Constipation",
        "Obstipation|Verstopfung",
        "Estreñimiento",
        "Obstipação|Prisão de ventre",
    ),
    _icd(
        "K74.6",
        "Other and unspecified cirrhosis of liver|Cirrhosis of liver",
        "Sonstige und nicht näher bezeichnete Zirrhose der Leber|Leberzirrhose",
        "Otras cirrosis del hígado y las no especificadas|Cirrosis hepática",
        "Outras formas de cirrose hepática e as não especificadas|Cirrose hepática",
    ),
    _icd(
        "K80",
        "Cholelithiasis|Gallstones",
        "Cholelithiasis|Gallensteine",
        "Colelitiasis",
        "Colelitíase",
    ),
    _icd(
        "K85",
        "Acute pancreatitis",
        "Akute Pankreatitis",
        "Pancreatitis aguda",
        "Pancreatite aguda",
    ),
    _icd(
        "K92.2",
        "Gastrointestinal haemorrhage, unspecified|Gastrointestinal haemorrhage",
        "Gastrointestinale Blutung, nicht näher bezeichnet|Gastrointestinale Blutung",
        "Hemorragia gastrointestinal, no especificada|Hemorragia gastrointestinal|"
        "Hemorragia digestiva",
        "Hemorragia gastrointestinal não especificada|Hemorragia gastrointestinal|"
        "Hemorragia digestiva",
    ),
    # kidneys and urine
    _icd(
        "N10",
        "Acute tubulo-interstitial nephritis|Acute pyelonephritis",
        "Akute tubulointerstitielle Nephritis|Akute Pyelonephritis",
        "Nefritis tubulointersticial aguda|Pielonefritis aguda",
        "Nefrite tubulointersticial aguda|Pielonefrite aguda",
    ),
    _icd(
        "N17",
        "Acute renal failure|Acute kidney failure|Acute kidney injury",
        "Akutes Nierenversagen",
        "Insuficiencia renal aguda",
        "Insuficiência renal aguda",
    ),
    _icd(
        "N18",
        "Chronic kidney disease",
        "Chronische Nierenkrankheit",
        "Enfermedad renal crónica",
        "Doença renal crónica",
    ),
    _icd(
        "N18.3",
        "Chronic kidney disease, stage 3",
        "Chronische Nierenkrankheit, Stadium 3",
        "Enfermedad renal crónica, etapa 3|Enfermedad renal crónica, estadio 3",
        "Doença renal crónica, estádio 3|Doença renal crónica, estágio 3",
    ),
    _icd(
        "N18.4",
        "Chronic kidney disease, stage 4",
        "Chronische Nierenkrankheit, Stadium 4",
        "Enfermedad renal crónica, etapa 4|Enfermedad renal crónica, estadio 4",
        "Doença renal crónica, estádio 4|Doença renal crónica, estágio 4",
    ),
    _icd(
        "N18.5",
        "Chronic kidney disease, stage 5",
        "Chronische Nierenkrankheit, Stadium 5",
        "Enfermedad renal crónica, etapa 5|Enfermedad renal crónica, estadio 5",
        "Doença renal crónica, estádio 5|Doença renal crónica, estágio 5",
    ),
    _icd(
        "N20",
        "Calculus of kidney and ureter|Kidney stone",
        "Nieren- und Ureterstein|Nierenstein",
        "Cálculo del riñón y del uréter|Cálculo renal",
        "Cálculo do rim e do ureter|Cálculo renal",
    ),
    _icd(
        "N39.0",
        "Urinary tract infection, site not specified|Urinary tract infection|UTI",
        "Harnwegsinfektion, Lokalisation nicht näher bezeichnet|Harnwegsinfektion",
        "Infección de vías urinarias, sitio no especificado|Infección urinaria",
        "Infeção do trato urinário de localização não especificada|Infeção urinária|"
        "Infecção urinária",
    ),
    _icd(
        "N40",
        "Hyperplasia of prostate|Prostatic hyperplasia",
        "Prostatahyperplasie",
        "Hiperplasia de la próstata|Hiperplasia prostática",
        "Hiperplasia da próstata|Hiperplasia prostática",
    ),
    _icd(
        "R33",
        "Retention of urine|Urinary retention",
        "Harnverhaltung|Harnverhalt",
        "Retención de orina|Retención urinaria",
        "Retenção de urina|Retenção urinária",
    ),
    # blood and tumours
    _icd(
        "D50",
        "Iron deficiency anaemia",
        "Eisenmangelanämie",
        "Anemia por deficiencia de hierro|Anemia ferropénica",
        "Anemia por deficiência de ferro|Anemia ferropénica|Anemia ferropriva",
    ),
    _icd(
        "D64.9",
        "Anaemia, unspecified|Anaemia",
        "Anämie, nicht näher bezeichnet|Anämie",
        "Anemia de tipo no especificado|Anemia",
        "Anemia não especificada|Anemia",
    ),
    _icd(
        "C18",
        "Malignant neoplasm of colon|Colon cancer",
        "Bösartige Neubildung des Kolons|Kolonkarzinom",
        "Tumor maligno del colon|Cáncer de colon",
        "Neoplasia maligna do cólon|Cancro do cólon|Câncer de cólon",
    ),
    _icd(
        "C34",
        "Malignant neoplasm of bronchus and lung|Lung cancer",
        "Bösartige Neubildung der Bronchien und der Lunge|Lungenkarzinom",
        "Tumor maligno de los bronquios y del pulmón|Cáncer de pulmón",
        "Neoplasia maligna dos brônquios e dos pulmões|Cancro do pulmão|Câncer de pulmão",
    ),
    _icd(
        "C50",
        "Malignant neoplasm of breast|Breast cancer",
        "Bösartige Neubildung der Brustdrüse [Mamma]|Mammakarzinom",
        "Tumor maligno de la mama|Cáncer de mama",
        "Neoplasia maligna da mama|Cancro da mama|Câncer de mama",
    ),
    _icd(
        "C61",
        "Malignant neoplasm of prostate|Prostate cancer",
        "Bösartige Neubildung der Prostata|Prostatakarzinom",
        "Tumor maligno de la próstata|Cáncer de próstata",
        "Neoplasia maligna da próstata|Cancro da próstata|Câncer de próstata",
    ),
    # nerves and mind
    _icd(
        "F03",
        "Unspecified dementia|Dementia",
        "Nicht näher bezeichnete Demenz|Demenz",
        "Demencia, no especificada|Demencia",
        "Demência não especificada|Demência",
    ),
    _icd(
        "G30",
        "Alzheimer disease",
        "Alzheimer-Krankheit",
        "Enfermedad de Alzheimer",
        "Doença de Alzheimer",
    ),
    _icd(
        "F05",
        "Delirium, not induced by alcohol and other psychoactive substances|Delirium",
        "Delir, nicht durch Alkohol oder andere psychotrope Substanzen bedingt|Delir",
        "Delirio, no inducido por alcohol o por otras sustancias psicoactivas|Delirium|"
        "Síndrome confusional agudo",
        "Delirium não induzido pelo álcool ou por outras substâncias psicoativas|Delirium",
    ),
    _icd(
        "F10.2",
        "Mental and behavioural disorders due to use of alcohol, dependence syndrome|"
        "Alcohol dependence",
        "Psychische und Verhaltensstörungen durch Alkohol, Abhängigkeitssyndrom|"
        "Alkoholabhängigkeit",
        "Trastornos mentales y del comportamiento debidos al uso de alcohol, síndrome de "
        "dependencia|"
        "Dependencia del alcohol",
        "Perturbações mentais e do comportamento devidas ao uso de álcool, síndrome de "
        "dependência|"
        "Dependência de álcool",
    ),
    _icd(
        "F10.3",
        "Mental and behavioural disorders due to use of alcohol, withdrawal state|Alcohol "
        "withdrawal",
        "Psychische und Verhaltensstörungen durch Alkohol, Entzugssyndrom|Alkoholentzugssyndrom",
        "Trastornos mentales y del comportamiento debidos al uso de alcohol, estado de "
        "abstinencia|Síndrome de abstinencia alcohólica",
        "Perturbações mentais e do comportamento devidas ao uso de álcool, estado de "
        "abstinência|Síndrome de abstinência alcoólica|Síndrome de privação alcoólica",
    ),
    _icd(
        "F32",
        "Depressive episode|Depression",
        "Depressive Episode|Depression",
        "Episodio depresivo|Depresión",
        "Episódio depressivo|Depressão",
    ),
    _icd(
        "F41.9",
        "Anxiety disorder, unspecified|Anxiety disorder",
        "Angststörung, nicht näher bezeichnet|Angststörung",
        "Trastorno de ansiedad, no especificado|Trastorno de ansiedad",
        "Perturbação de ansiedade não especificada|Perturbação de ansiedade|"
        "Transtorno de ansiedade",
    ),
    _icd(
        "F20",
        "Schizophrenia",
        "Schizophrenie",
        "Esquizofrenia",
        "Esquizofrenia",
    ),
    _icd(
        "G20",
        "Parkinson disease",
        "Primäres Parkinson-Syndrom|Morbus Parkinson|Parkinson-Krankheit",
        "Enfermedad de Parkinson",
        "Doença de Parkinson",
    ),
    _icd(
        "G35",
        "Multiple sclerosis",
        "Multiple Sklerose",
        "Esclerosis múltiple",
        "Esclerose múltipla",
    ),
    _icd(
        "G40",
        "Epilepsy",
        "Epilepsie",
        "Epilepsia",
        "Epilepsia",
    ),
    _icd(
        "G43",
        "Migraine",
        "Migräne",
        "Migraña",
        "Enxaqueca",
    ),
    _icd(
        "R55",
        "Syncope and collapse|Syncope",
        "Synkope und Kollaps|Synkope",
        "Síncope y colapso|Síncope",
        "Síncope e colapso|Síncope",
    ),
    # joints, bones, skin, eyes
    _icd(
        "M06.9",
        "Rheumatoid arthritis, unspecified|Rheumatoid arthritis",
        "Chronische Polyarthritis, nicht näher bezeichnet|Rheumatoide Arthritis",
        "Artritis reumatoide, no especificada|Artritis reumatoide",
        "Artrite reumatoide não especificada|Artrite reumatoide",
    ),
    _icd(
        "M10",
        "Gout",
        "Gicht",
        "Gota",
        "Gota",
    ),
    _icd(
        "M16",
        "Coxarthrosis [arthrosis of hip]|Arthrosis of hip|Osteoarthritis of hip",
        "Koxarthrose [Arthrose des Hüftgelenkes]|Koxarthrose",
        "Coxartrosis [artrosis de la cadera]|Coxartrosis",
        "Coxartrose [artrose da anca]|Coxartrose",
    ),
    _icd(
        "M17",
        "Gonarthrosis [arthrosis of knee]|Arthrosis of knee|Osteoarthritis of knee",
        "Gonarthrose [Arthrose des Kniegelenkes]|Gonarthrose",
        "Gonartrosis [artrosis de la rodilla]|Gonartrosis",
        "Gonartrose [artrose do joelho]|Gonartrose",
    ),
    _icd(
        "M54.5",
        "Low back pain",
        "Kreuzschmerz",
        "Lumbago no especificado|Lumbalgia",
        "Dor lombar baixa|Lombalgia",
    ),
    _icd(
        "S72.0",
        "Fracture of neck of femur",
        "Schenkelhalsfraktur",
        "Fractura del cuello del fémur",
        "Fratura do colo do fémur",
    ),
    _icd(
        "S72.1",
        "Pertrochanteric fracture",
        "Pertrochantäre Fraktur",
        "Fractura pertrocanteriana|Fractura pertrocantérea",
        "Fratura pertrocantérica|Fratura pertrocanteriana",
    ),
    _icd(
        "L40",
        "Psoriasis",
        "Psoriasis",
        "Psoriasis",
        "Psoríase",
    ),
    _icd(
        "L89.9",
        "Decubitus ulcer and pressure area, unspecified|Pressure ulcer|Decubitus ulcer",
        "Dekubitus, Grad nicht näher bezeichnet|Dekubitus|Druckgeschwür",
        "Úlcera de decúbito y área de presión, no especificada|Úlcera por presión|Úlcera de "
        "decúbito",
        "Úlcera de decúbito e zona de pressão não especificada|Úlcera de pressão|Úlcera por "
        "pressão|Úlcera de decúbito",
    ),
    _icd(
        "H40",
        "Glaucoma",
        "Glaukom",
        "Glaucoma",
        "Glaucoma",
    ),
    # complaints and what somebody depends on
    _icd(
        "R06.0",
        "Dyspnoea|Shortness of breath",
        "Dyspnoe|Atemnot",
        "Disnea",
        "Dispneia|Falta de ar",
    ),
    _icd(
        "R07.4",
        "Chest pain, unspecified|Chest pain",
        "Brustschmerzen, nicht näher bezeichnet|Brustschmerzen",
        "Dolor en el pecho, no especificado|Dolor torácico",
        "Dor torácica não especificada|Dor torácica|Dor no peito",
    ),
    _icd(
        "R10.4",
        "Other and unspecified abdominal pain|Abdominal pain",
        "Sonstige und nicht näher bezeichnete Bauchschmerzen|Bauchschmerzen",
        "Otros dolores abdominales y los no especificados|Dolor abdominal",
        "Outras dores abdominais e as não especificadas|Dor abdominal",
    ),
    _icd(
        "R29.6",
        "Tendency to fall, not elsewhere classified|Tendency to fall",
        "Sturzneigung, anderenorts nicht klassifiziert|Sturzneigung",
        "Tendencia a caer, no clasificada en otra parte|Tendencia a caer",
        "Tendência para cair, não classificada em outra parte|Tendência para quedas|Tendência "
        "a quedas",
    ),
    _icd(
        "R50.9",
        "Fever, unspecified|Fever",
        "Fieber, nicht näher bezeichnet|Fieber",
        "Fiebre, no especificada|Fiebre",
        "Febre não especificada|Febre",
    ),
    _icd(
        "Z99.2",
        "Dependence on renal dialysis|Dialysis dependence",
        "Abhängigkeit von Dialyse bei Niereninsuffizienz|Dialysepflichtigkeit",
        "Dependencia de diálisis renal",
        "Dependência de diálise renal",
    ),
)
