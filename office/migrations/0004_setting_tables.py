from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('office', '0003_parameters_settings_jobs'),
    ]

    operations = [
        migrations.AddField(
            model_name='settingentry',
            name='table',
            field=models.SlugField(default='', max_length=30, verbose_name='bagian'),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='settingentry',
            index=models.Index(fields=['table', '-seq'], name='settings_of_a_table'),
        ),
    ]
