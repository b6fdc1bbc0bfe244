from . import ponto_health, reauthorization
