"""The simulation: a frozen World and keyed Draws in, a columnar Log out, measures from the Log.

Knows nothing of any particular service or place, nor of files.
"""
