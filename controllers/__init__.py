from . import ponto_health
