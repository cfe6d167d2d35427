"""How complete and how timely reports are."""
