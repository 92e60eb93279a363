"""How fast and how heavy the program is, as ratios against baselines measured in the same run.

Each module without a leading underscore is one benchmark: `python3 packaging/dev.py bench NAME`.
"""
