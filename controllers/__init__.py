from . import reauthorization
