"""The small commented catalog that `cpq new` writes."""

from __future__ import annotations

from collections.abc import Mapping

_CATALOG = """\
# A catalog: what is sold, what fits together, and what it costs.
# Every .cpq file of the folder may hold any declaration, in any order.

catalog {name} "{label}" {{
  currency EUR
  languages en, de
}}

# What rules about prices and clauses may ask about a buyer; the buyers are in customers.csv.
customer {{
  segment: consumer | dealer
}}

# A list of choices with their attributes, each with its unit.
choices Top (width: cm, weight: kg) {{
  small  "Small top"  120  18
  large  "Large top"  180  27
}}

choices Frame (carries: kg) from "tables/frames.csv"

component Drawer "Drawer" {{
  option lock: yes/no = no
}}

product desk "Desk" {{
  option top: Top = small
  option frame: Frame
  option height: 65 .. 80 step 5 cm = 75 cm
  option engraving: text 0..20
  part   drawers: Drawer 0..2
  let    weight = top.weight + 4 kg * count(drawers)

  section "Desk"   {{ top, frame, height, engraving }}
  section "Inside" {{ drawers }}
}}

# A rule is a condition that holds in every valid configuration, with the reason for people.
rule frame_carries on desk {{
  weight <= frame.carries
  because "The frame must carry the top and the drawers."
}}

# A table lists what goes together.
rule heights on desk {{
  allow frame | height
        wood  | 70..75
        steel | any
  because "Wooden frames come in two heights."
}}

# A preference fills what is still open; it never excludes anything.
prefer wood_where_it_carries on desk {{ frame = wood }}

item "TOP-{{top}}"               on desk
item "FRAME-{{frame}}-{{height}}"  on desk
item "DRAWER"                  on desk quantity count(drawers)

prices retail in EUR from "prices/retail.csv"

prices dealer in EUR when customer.segment = dealer {{
  desk  180.00 EUR
}}

charge engraving_fee on desk {{
  15.00 EUR when engraving != ""
  because "Engraving"
}}

scale many on desk {{
  volume by quantity over line
  1 .. 9      0%
  10 or more  5%
}}

tax standard 19%

entitle everybody {{
  may see, price, buy desk
}}

suggest a_drawer on desk {{
  when  count(drawers) = 0
  offer count(drawers) = 1
  because "A drawer keeps the desk tidy."
}}

clause heavy on desk when weight > 25 kg {{
  "Two people are needed to carry this desk."
}}

texts de {{
  desk           "Schreibtisch"
  desk.top       "Platte"
  frame_carries  "Das Gestell muss Platte und Schubladen tragen."
}}

# Tests hold in every valid configuration that is left after what is given.
test a_large_top_needs_steel on desk {{
  given  top = large, count(drawers) = 2
  expect frame = steel
}}

test wood_is_too_low on desk {{
  given  frame = wood, height = 80 cm
  expect invalid because heights
}}

test the_smallest_desk on desk {{
  given  top = small, frame = wood, height = 75 cm, count(drawers) = 0
  expect line.list = 259.00 EUR
}}
"""

_FRAMES = """\
choice,label,carries
wood,Wooden frame,30
steel,Steel frame,60
"""

_RETAIL = """\
product,option,choice,price,cost,from,until
desk,,,199.00,110.00,,
desk,top,large,80.00,41.00,,
desk,frame,wood,60.00,32.00,,
desk,frame,steel,110.00,58.00,,
desk,drawers,,35.00,17.00,,
desk,drawers.lock,yes,12.00,4.00,,
"""

_CUSTOMERS = """\
id,name,segment,region,channel,currency,country,address,tax id
C-1,Ada Lindqvist,consumer,north,web,EUR,SE,"Storgatan 1, Uppsala",
D-1,Desk Traders,dealer,south,partner,EUR,DE,"Lange Gasse 2, Ulm",DE123456789
"""


def scaffold(name: str = "desks", label: str = "Desks") -> Mapping[str, str]:
    """Return the files of a new catalog by path: it loads without a diagnostic and passes its own tests.

    `name` must be a name of the language; `label` is written as it is, without quotation marks.
    """
    text = _CATALOG.format(name=name, label=label.replace("\\", "").replace('"', ""))
    return {
        "catalog.cpq": text,
        "tables/frames.csv": _FRAMES,
        "prices/retail.csv": _RETAIL,
        "customers.csv": _CUSTOMERS,
    }
