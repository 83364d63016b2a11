"""A small shop as text: conflicts, parts, prices for two kinds of customers, suggestions, tests of its own."""

from __future__ import annotations

from datetime import date

import catalogs
from catalogs.model import Catalog, Customer

DAY = date(2026, 11, 21)

SHOP = """\
catalog shop "Shop" {
  currency EUR
  languages en, de
}

customer {
  segment: consumer | dealer
}

choices Motor "Motor" (power: W) {
  urban  "Urban 250"  250
  trail  "Trail 500"  500
  cargo  "Cargo 750"  750
}

choices Battery "Battery" (energy: Wh) {
  b400  "400 Wh"  400
  b500  "500 Wh"  500
  b900  "900 Wh"  900
}

choices Colour "Colour" {
  red   "Red"
  gold  "Gold"  until 2026-12-31
}

component Bag "Bag" {
  option size "Size": small | large = small
}

product bike "Bike" {
  option motor "Motor": Motor
  option battery "Battery": Battery
  option colour "Colour": Colour = red
  option height "Height": 150 .. 350 mm
  option lights "Lights": yes/no = no
  option engraving "Engraving": text 0..20
  part   bags "Bags": Bag 0..2

  section "Drive" { motor, battery }
}

rule cargo_needs_energy on bike {
  if motor = cargo then battery.energy >= 500 Wh
  because "The cargo motor drains a small battery."
}

rule tall_bikes_have_lights on bike {
  if height > 300 mm then lights = yes
  because "Tall bikes are seen late."
}

rule gold_is_quiet on bike {
  colour = gold excludes motor = cargo
  because "Gold is for the city."
}

rule large_battery_fills_the_rack on bike {
  battery = b900 excludes count(bags) = 2
  because "The battery takes one place."
}

item "FRAME-{height}" on bike
item "BAG" on bike quantity count(bags)

prices retail in EUR from "retail.csv"
prices dealer in EUR when customer.segment = dealer {
  bike 900.00 EUR
}

charge engraving_fee on bike {
  19.00 EUR when engraving != ""
  because "Laser engraving"
}

scale fleet on bike {
  volume by quantity over quote
  1 .. 4      0%
  5 or more  10%
}

tax standard 19%

suggest a_bag on bike {
  when  count(bags) = 0
  offer count(bags) >= 1
  because "A bag is handy."
}

suggest more_range on bike {
  when  motor = trail
  offer battery.energy >= 900 Wh
  because "The trail motor is thirsty."
}

suggest two_bags on bike {
  when  battery = b900
  offer count(bags) = 2
  because "This one can never be."
}

suggest winter_lights on bike from 2026-12-01 {
  when  lights = no
  offer lights = yes
  because "It is dark."
}

texts de {
  bike.motor "Antrieb"
  Motor.cargo "Lastenmotor"
  rule.cargo_needs_energy "Der Lastenmotor leert einen kleinen Akku."
}
"""

RETAIL = """\
product,option,choice,price,cost
bike,,,1000.00,600.00
bike,motor,urban,300.00,100.00
bike,motor,trail,500.00,200.00
bike,motor,cargo,700.00,300.00
bike,battery,b400,200.00,100.00
bike,battery,b500,300.00,100.00
bike,battery,b900,600.00,300.00
bike,colour,gold,99.99,10.00
bike,height,301..350,50.00,5.00
bike,lights,yes,40.00,10.00
bike,bags.size,small,49.00,20.00
bike,bags.size,large,79.00,20.00
"""

DEALER = Customer("C-2", "Dealer", {"segment": "dealer"}, segment="dealer", currency="EUR")


CUSTOMERS = """\
id,name,segment,currency
C-2,Dealer,dealer,EUR
"""


def load_small(more: str = "") -> Catalog:
    """Load the shop with five heights only, where both engines are quick."""
    return load(more, RETAIL.replace("301..350", "350"), SHOP.replace("150 .. 350 mm", "150 .. 350 step 50 mm"))


def load(more: str = "", retail: str = RETAIL, shop: str = SHOP) -> Catalog:
    """Load the shop with further declarations; a problem in it fails the test that asked."""
    files = {"shop.cpq": shop + more, "retail.csv": retail, "customers.csv": CUSTOMERS}
    loaded = catalogs.load({name: text.encode() for name, text in files.items()})
    assert loaded.catalog is not None, loaded.diagnostics
    return loaded.catalog
