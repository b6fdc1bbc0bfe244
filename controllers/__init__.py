from . import plain_export, ponto_health, reauthorization
