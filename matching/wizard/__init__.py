from . import ponto_match, ponto_match_certain
