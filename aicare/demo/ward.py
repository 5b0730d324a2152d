"""The people of the demonstration ward as data: every one of them is invented.

A set is (minutes ago, respiration, saturation, on oxygen, systolic, diastolic, pulse,
consciousness, temperature); None is not measured.
"""

SITE = {
    "name": "Invented General Hospital",
    "country": "ES",
    "time_zone": "Europe/Madrid",
    "emergency_phone": "2222",
}
# A place of its own, so that opening a record of another site can be tried.
OTHER_SITE = {
    "name": "Invented Harbour Clinic",
    "country": "ES",
    "time_zone": "Europe/Madrid",
    "emergency_phone": "3333",
}
WARD = "3 East"

USERS = (
    # user name, given names, family name, role, works at the site
    ("demo-nurse", "Nneka", "Okafor (demo)", "nurse", True),
    ("demo-clinician", "Elin", "Lindqvist (demo)", "clinician", True),
    ("demo-radiologist", "Paulo", "Amarante (demo)", "radiologist", True),
    ("demo-integrator", "Ward", "Gateway (demo)", "integrator", True),
    ("demo-model-manager", "Mio", "Tanaka (demo)", "model manager", False),
    ("demo-admin", "Ada", "Keeper (demo)", "administrator", False),
)

SET_FIELDS = (
    "respiratory_rate_per_min",
    "oxygen_saturation_percent",
    "on_supplemental_oxygen",
    "systolic_mmhg",
    "diastolic_mmhg",
    "heart_rate_per_min",
    "consciousness",
    "temperature_celsius",
)

PATIENTS = (
    {
        "medical_record_number": "300417",
        "family_name": "Iturbe",
        "given_names": "Marisol",
        "birth_date": "1962-02-03",
        "sex": "female",
        "emergency_contact_name": "Iñaki Iturbe",
        "emergency_contact_relationship": "son",
        "emergency_contact_phone": "555 0142",
        "bed": "7",
        "days": 3,
        "conditions": ("COPD", "Type 2 diabetes"),
        "allergies": (("Penicillin", "rash", "high"),),
        "medications": (("Metformin", "500 mg 1-0-1"), ("Salbutamol (inhaled)", "as needed")),
        "notes": (
            (4000, "progress", "Admitted with cough and fever for two days. COPD, usually walks "
                               "200 m. Started on antibiotics, film asked for."),
            (70, "nursing", "More breathless since noon, oxygen 2 L/min by cannula. Doctor told."),
        ),
        "sets": (
            (4020, 16, 97, False, 124, 76, 84, "alert", "37.2"),
            (3540, 17, 96, False, 122, 75, 88, "alert", "37.4"),
            (2880, 18, 96, False, 120, 74, 92, "alert", "37.6"),
            (2400, 18, 95, False, 121, 72, 94, "alert", "37.8"),
            (1740, 19, 95, False, 120, 70, 95, "alert", "37.9"),
            (1140, 20, 95, False, 118, 70, 98, "alert", "37.9"),
            (420, 20, 94, True, 116, 68, 104, "alert", "38.1"),
            (72, 22, 93, True, 105, 60, 112, "alert", "38.4"),
        ),
        "films": (("chest-5.png", 2700, "routine", "No focal shadowing."),
                  ("chest-2.png", 11, "urgent", None)),
    },
    {
        "medical_record_number": "300388",
        "family_name": "Wielgosz",
        "given_names": "Tomasz",
        "birth_date": "1948-05-19",
        "sex": "male",
        "bed": "2",
        "days": 2,
        "conditions": ("Atrial fibrillation",),
        "sets": (
            (1500, 18, 95, False, 124, 72, 88, "alert", "36.9"),
            (360, 20, 93, False, 121, 72, 92, "alert", "37.0"),
            (6, 21, 92, False, 118, 70, 96, "new_confusion", "37.2"),
        ),
    },
    {
        "medical_record_number": "300421",
        "family_name": "Sunder-Reyes",
        "given_names": "Aiko",
        "birth_date": "1985-09-30",
        "sex": "female",
        "bed": "11",
        "days": 1,
        "sets": (
            (140, 18, 95, False, 108, 66, 94, "alert", "37.6"),
            (20, None, None, None, None, None, 104, "", "38.2"),
        ),
        "films": (("chest-3.png", 150, "routine", None),),
    },
    {
        "medical_record_number": "300402",
        "family_name": "Le",
        "given_names": "Bao Quang",
        "birth_date": "1971-01-12",
        "sex": "male",
        "bed": "4",
        "days": 2,
        "allergies": (("Latex", "", ""),),
        "sets": (
            (600, 18, 96, False, 100, 58, 92, "alert", "36.4"),
            (12, 17, 97, False, 88, 52, 84, "alert", "36.6"),
        ),
        "films": (("chest-6.png", 200, "routine", None),),
    },
    {
        "medical_record_number": "300430",
        "family_name": "Solheim",
        "given_names": "Ingrid",
        "birth_date": "1993-03-08",
        "sex": "female",
        "bed": "9",
        "days": 1,
        "allergies": (("No known allergy", "", ""),),
        "sets": (
            (900, 15, 98, False, 119, 74, 70, "alert", "36.9"),
            (180, 14, 98, False, 121, 76, 66, "alert", "36.8"),
        ),
    },
    {
        "medical_record_number": "300433",
        "family_name": "Featherstonehaugh-Abdelrahman",
        "given_names": "Bartholomew Maximilian Invented",
        "birth_date": "1939-11-27",
        "sex": "male",
        "bed": "12",
        "days": 6,
        "conditions": ("Heart failure", "Chronic kidney disease, stage 3"),
        "sets": (
            (1460, 20, 95, False, 132, 70, 86, "alert", "36.7"),
            (700, 21, 95, False, 128, 68, 90, "alert", "36.9"),
            (40, 21, 94, False, 126, 68, 92, "alert", "37.1"),
        ),
        "films": (("chest-1.png", 25, "stat", None),),
    },
    {
        "medical_record_number": "300435",
        "family_name": "Invented",
        "given_names": "Lucía",
        "birth_date": "2019-06-02",
        "sex": "female",
        "bed": "14",
        "days": 1,
        "sets": ((95, 24, 98, False, 98, 60, 108, "alert", "37.4"),),
    },
    {
        "medical_record_number": "300436",
        "family_name": "Nobody",
        "given_names": "New",
        "birth_date": "1957-08-14",
        "sex": "unknown",
        "bed": "15",
        "days": 0,
        "sets": (),
    },
    {
        "medical_record_number": "300101",
        "family_name": "Outpatient",
        "given_names": "Olga",
        "birth_date": "1977-04-21",
        "sex": "female",
        "sets": ((43200, 14, 98, False, 118, 74, 70, "alert", "36.7"),),
        "films": (("chest-4.png", 43100, "routine", None),),
    },
    {
        # The same invented person twice, for trying how records are joined.
        "medical_record_number": "E-1187",
        "family_name": "Iturbe",
        "given_names": "Marisol A.",
        "birth_date": "1962-02-03",
        "sex": "female",
        "allergies": (("Ibuprofen", "swelling", ""),),
        "sets": ((90000, 15, 97, False, 128, 78, 78, "alert", "36.8"),),
    },
)  # fmt: skip
OTHER_PATIENTS = (
    {
        "medical_record_number": "H-2001",
        "family_name": "Elsewhere",
        "given_names": "Eliza",
        "birth_date": "1969-04-17",
        "sex": "female",
        "bed": "1",
        "days": 1,
        "conditions": ("Epilepsy",),
        "allergies": (("Penicillin", "", ""),),
        "medications": (("Levetiracetam", "500 mg 1-0-1"),),
        "sets": ((200, 17, 97, False, 118, 72, 82, "alert", "36.8"),),
    },
)  # fmt: skip
