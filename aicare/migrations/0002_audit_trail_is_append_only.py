from django.db import migrations

from aicare.append_only import install, remove


class Migration(migrations.Migration):
    dependencies = [("aicare", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
