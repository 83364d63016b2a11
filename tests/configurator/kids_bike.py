"""The kids bike: 128 combinations, of which 14 are valid; a textbook product everyone can check by hand."""

KIDS_BIKE = """
choices Wheel (size: inch) {
  W14 "14-inch wheel"  14
  W16 "16-inch wheel"  16
  W18 "18-inch wheel"  18
  W20 "20-inch wheel"  20
}

product kids_bike "Kids bike" {
  option colour: red | green | yellow | blue
  option wheel_support: yes/no
  option front_wheel: Wheel
  option rear_wheel: Wheel
}

rule yellow_needs_large_wheel on kids_bike {
  if colour = yellow then front_wheel.size > 16 inch
  because "Yellow frames are only made for wheels larger than 16 inch."
}

rule support_wheels on kids_bike {
  allow wheel_support | rear_wheel
        yes           | W14, W16
        no            | W18, W20
  because "Support wheels exist only for 14 and 16 inch rear wheels."
}

rule same_wheels on kids_bike {
  front_wheel.size = rear_wheel.size
  because "Front and rear wheel must be the same size."
}
"""
