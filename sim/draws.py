"""Everything random of one replication, drawn before the run and keyed. (Types; the drawing is in sim/draw_*.)"""
