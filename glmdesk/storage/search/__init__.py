"""Finding any piece of any message or title.

Every text is folded (`domain/folding.py`) and stands in an index as the set of its tokens, without positions.
What the index offers for a query is then looked at: it may offer too much, but never too little.
"""
