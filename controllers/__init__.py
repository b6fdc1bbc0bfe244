from . import key, plain_export, ponto_health, reauthorization
