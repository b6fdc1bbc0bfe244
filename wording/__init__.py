"""Sentences for codes: what is stored is a code with values, what is read is made here.

Plain functions of an environment (its language, time zone and user), a code and its
values. Each code has its own entry in a table, so that reading one sentence translates
that one only.
"""
