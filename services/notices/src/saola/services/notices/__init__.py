"""Everything told to a person: in the portal, by e-mail, SMS and webhook."""
