"""A shop full of things that schools may not see: every one of them is called something with ``zzq``, every amount has 77 in it."""

from __future__ import annotations

import catalogs
from catalogs.model import Catalog

CANARY = "zzq"
AMOUNTS = ("7771", "7772", "7773", "7774", "8881", "8882", "8883")

SHOP = """\
catalog shop "Shop" {
  currency EUR
  languages en, de
}

customer {
  segment: consumer | dealer | school
}

choices Motor "Motor" {
  urban  "Urban"
  trail  "Trail"
  cargo  "Cargo"
}

choices Colour "Colour" {
  red      "Red"
  zzqgold  "Zzq gold"  picture "media/zzqgold.svg"
  zzqlate  "Zzq late"  from 2027-01-01
  blue     "Blue"
}

choices Mount "Zzq mount" {
  plain     "Zzq plain"
  zzqfancy  "Zzq fancy"
}

component Rack "Zzq rack" {
  option zzqsize "Zzq size": zzqa | zzqb = zzqa
}

component Bag "Bag" {
  option size "Size": small | zzqlarge = small
}

product bike "Bike" {
  option motor  "Motor": Motor
  option colour "Colour": Colour = red
  option zzqmount "Zzq mount": Mount = plain
  option height "Height": 150 .. 350 step 50 mm
  option lights "Lights": yes/no = no
  option zzqtext "Zzq text": text 0..20
  part   bags "Bags": Bag 0..2
  part   zzqracks "Zzq racks": Rack 0..1
  let shiny = colour = zzqgold

  section "Drive" { motor, lights, zzqtext }
  section "Zzq things" { zzqmount, zzqracks }
}

product zzqtandem "Zzq tandem" {
  option motor "Motor": Motor
}

rule zzq_gold_is_quiet on bike {
  colour = zzqgold excludes motor = cargo
  because "Zzq gold is for the city."
}

rule trail_needs on bike {
  if motor = trail then colour = zzqgold or lights = yes
  because "Zzq trail bikes are gold or lit."
}

rule cargo_is_blue on bike {
  if motor = cargo then colour = blue
  because "Cargo bikes are blue."
}

rule told_by_condition_alone on bike {
  if count(bags) = 2 then shiny or motor = trail
  because "Zzquartz bags are heavy."
}

rule told_by_what_it_needs on bike {
  if count(bags) = 1 then height > 300 mm or lights = yes or motor = trail
  because "Zzquartz baskets are tall."
}

rule told_by_word_alone on bike {
  if motor = urban then lights = no
  because "Only a ZZQ GOLD bike is lit in the city."
}

rule lit_when_tall on bike {
  if height > 300 mm then lights = yes
  because "Zzq tall bikes are seen late."
}

item "FRAME-{colour}" on bike
item "ZZQMOUNT-{zzqmount}" on bike
item "KIT" "A zzq fancy kit" on bike
item "CARRIER" "A carrier" on bike when zzqmount = plain

prices retail in EUR from "retail.csv"

charge zzqgold_polish on bike {
  7774.00 EUR when colour = zzqgold
  because "Zzq polish"
}

tax standard 19%

suggest zzq_shine on bike {
  when  colour = red
  offer colour = zzqgold
  because "Zzq gold shines."
}

suggest by_word on bike {
  when  lights = no
  offer lights = yes
  because "Like the zzq tandem."
}

suggest a_bag on bike {
  when  count(bags) = 0
  offer count(bags) >= 1
  because "A bag is handy."
}

clause zzq_terms on bike {
  "Zzq gold is never returned."
}

clause terms { "Bikes are delivered by road." }

entitle everybody {
  may see, price, buy bike
}

entitle dealers {
  who customer.segment = dealer
  may see, price, buy zzqtandem
}

entitle zzq_schools {
  who customer.segment = school
  may not see bike.colour.zzqgold
  may not see bike where colour = zzqlate
  may not see bike.zzqmount
  may not see bike.zzqtext
  may not see bike.zzqracks
  may not see bike.bags.size.zzqlarge
  may not see bike where height > 300 mm
  may not see bike where height = 200 mm
  may not see bike where motor = urban and colour = blue
  may not buy bike where motor = cargo
  may buy bike up to 3
}

floor zzq_margin {
  line.net >= 1 EUR
  because "Zzq floor."
}

texts de {
  bike.colour "Farbe"
  Colour.zzqgold "Zzq-Gold"
}
"""

RETAIL = """\
product,option,choice,price,cost
bike,,,1000.00,8881.00
bike,motor,urban,300.00,8882.00
bike,motor,trail,500.00,200.00
bike,motor,cargo,700.00,300.00
bike,colour,zzqgold,7771.00,8883.00
bike,colour,blue,20.00,10.00
bike,zzqmount,plain,12.34,1.00
bike,zzqmount,zzqfancy,7772.00,1.00
bike,lights,yes,40.00,10.00
bike,bags.size,small,49.00,20.00
bike,bags.size,zzqlarge,7773.00,20.00
zzqtandem,,,2000.00,900.00
"""

CUSTOMERS = """\
id,name,segment,currency
S-1,School,school,EUR
D-1,Dealer,dealer,EUR
"""

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>'


def files() -> dict[str, bytes]:
    """Return the files of the shop's folder."""
    texts = {"shop.cpq": SHOP, "retail.csv": RETAIL, "customers.csv": CUSTOMERS}
    return {**{name: text.encode() for name, text in texts.items()}, "media/zzqgold.svg": PICTURE}


def load() -> Catalog:
    """Load the shop; a problem in it fails the test that asked."""
    loaded = catalogs.load(files())
    assert loaded.catalog is not None, loaded.diagnostics
    return loaded.catalog


def leaks(text: str) -> list[str]:
    """Return the canaries in a text, with what stands around them."""
    lower = text.casefold()
    found = [lower[max(0, at - 60) : at + 40] for at in _places(lower, CANARY)]
    return found + [amount for amount in AMOUNTS if amount in lower]


def _places(text: str, wanted: str) -> list[int]:
    places, at = [], text.find(wanted)
    while at >= 0:
        places.append(at)
        at = text.find(wanted, at + 1)
    return places
