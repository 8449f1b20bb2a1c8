"""How Home Assistant finds everything by itself: entities as data, and the documents made of them."""
