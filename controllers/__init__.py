from . import reauthorization
from . import ponto_health
