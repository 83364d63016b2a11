"""The sentences that prices are told in, one table a language; braces are places to be filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Phrases:
    """The sentences of one language. `label` is what a step is called, `output` the price after it."""

    base: str
    configured: str
    set: str
    down: str
    up: str
    added: str
    taken: str
    times: str
    rounded: str
    extended: str
    by_rule: str
    line: str
    allocated: str
    net: str
    charge: str
    allowance: str
    tax: str
    total: str
    promotion: str
    proved: str
    unproved: str
    periods: str
    no_difference: str
    dearer: str
    cheaper: str
    more: str
    less: str
    line_added: str
    line_removed: str
    quantity: str
    rounding: str
    tax_change: str


_ENGLISH = Phrases(
    base="The price list gives {output} for {label}.",
    configured="{label} adds {operand}: {output}.",
    set="{label} sets the price: {output}.",
    down="{label} takes {operand} off: {output}.",
    up="{label} adds {operand}: {output}.",
    added="{label} adds {operand}: {output}.",
    taken="{label} takes {operand} off: {output}.",
    times="{label} times {operand}: {output}.",
    rounded="{label}: {output}.",
    extended="{quantity} at this price are {output}.",
    by_rule=" ({rule})",
    line="{label}, {quantity} at a list price of {list}",
    allocated="Of the discounts on the whole quote {amount} fall on this line.",
    net="All lines together are {net}.",
    charge="{label} is charged with {amount}.",
    allowance="{label} takes {amount} off.",
    tax="{rate} tax on {taxable} is {tax}.",
    total="{gross} are to be paid.",
    promotion="{label} saves {amount}.",
    proved="No other set of promotions is better: this is proved.",
    unproved="It is not proved that no other set of promotions is better; it could save {gap} more at most.",
    periods="{label} costs {net} from {start} to {end}.",
    no_difference="Both quotes cost the same.",
    dearer="The second quote is dearer by {amount}: {after} after {before}.",
    cheaper="The second quote is cheaper by {amount}: {after} after {before}.",
    more="{label}: {amount} more",
    less="{label}: {amount} less",
    line_added="{label} is new",
    line_removed="{label} is gone",
    quantity="Quantity of {label}",
    rounding="Rounding",
    tax_change="Tax",
)

_GERMAN = Phrases(
    base="Die Preisliste nennt {output} für {label}.",
    configured="{label} kommt mit {operand} hinzu: {output}.",
    set="{label} setzt den Preis fest: {output}.",
    down="{label} zieht {operand} ab: {output}.",
    up="{label} schlägt {operand} auf: {output}.",
    added="{label} schlägt {operand} auf: {output}.",
    taken="{label} zieht {operand} ab: {output}.",
    times="{label} mal {operand}: {output}.",
    rounded="{label}: {output}.",
    extended="{quantity} zu diesem Preis sind {output}.",
    by_rule=" ({rule})",
    line="{label}, {quantity} zum Listenpreis von {list}",
    allocated="Von den Nachlässen auf das ganze Angebot entfallen {amount} auf diese Position.",
    net="Alle Positionen zusammen sind {net}.",
    charge="{label} wird mit {amount} berechnet.",
    allowance="{label} zieht {amount} ab.",
    tax="{rate} Steuer auf {taxable} sind {tax}.",
    total="Zu zahlen sind {gross}.",
    promotion="{label} spart {amount}.",
    proved="Keine andere Auswahl von Aktionen ist besser: Das ist bewiesen.",
    unproved="Nicht bewiesen ist, dass keine andere Auswahl von Aktionen besser ist; sie könnte höchstens {gap} mehr sparen.",
    periods="{label} kostet {net} vom {start} bis zum {end}.",
    no_difference="Beide Angebote kosten gleich viel.",
    dearer="Das zweite Angebot ist um {amount} teurer: {after} nach {before}.",
    cheaper="Das zweite Angebot ist um {amount} günstiger: {after} nach {before}.",
    more="{label}: {amount} mehr",
    less="{label}: {amount} weniger",
    line_added="{label} ist neu",
    line_removed="{label} entfällt",
    quantity="Menge von {label}",
    rounding="Rundung",
    tax_change="Steuer",
)

_FRENCH = Phrases(
    base="Le tarif indique {output} pour {label}.",
    configured="{label} ajoute {operand} : {output}.",
    set="{label} fixe le prix : {output}.",
    down="{label} retire {operand} : {output}.",
    up="{label} ajoute {operand} : {output}.",
    added="{label} ajoute {operand} : {output}.",
    taken="{label} retire {operand} : {output}.",
    times="{label} fois {operand} : {output}.",
    rounded="{label} : {output}.",
    extended="{quantity} à ce prix font {output}.",
    by_rule=" ({rule})",
    line="{label}, {quantity} au prix catalogue de {list}",
    allocated="Des remises sur tout le devis, {amount} reviennent à cette ligne.",
    net="Toutes les lignes ensemble font {net}.",
    charge="{label} est facturé {amount}.",
    allowance="{label} retire {amount}.",
    tax="{rate} de taxe sur {taxable} font {tax}.",
    total="{gross} sont à payer.",
    promotion="{label} économise {amount}.",
    proved="Aucun autre choix de promotions n'est meilleur : c'est prouvé.",
    unproved="Il n'est pas prouvé qu'aucun autre choix ne soit meilleur ; il économiserait au plus {gap} de plus.",
    periods="{label} coûte {net} du {start} au {end}.",
    no_difference="Les deux devis coûtent autant.",
    dearer="Le second devis est plus cher de {amount} : {after} après {before}.",
    cheaper="Le second devis est moins cher de {amount} : {after} après {before}.",
    more="{label} : {amount} de plus",
    less="{label} : {amount} de moins",
    line_added="{label} est nouveau",
    line_removed="{label} disparaît",
    quantity="Quantité de {label}",
    rounding="Arrondi",
    tax_change="Taxe",
)

_SPANISH = Phrases(
    base="La lista de precios indica {output} para {label}.",
    configured="{label} añade {operand}: {output}.",
    set="{label} fija el precio: {output}.",
    down="{label} descuenta {operand}: {output}.",
    up="{label} añade {operand}: {output}.",
    added="{label} añade {operand}: {output}.",
    taken="{label} descuenta {operand}: {output}.",
    times="{label} por {operand}: {output}.",
    rounded="{label}: {output}.",
    extended="{quantity} a este precio son {output}.",
    by_rule=" ({rule})",
    line="{label}, {quantity} al precio de lista de {list}",
    allocated="De los descuentos sobre toda la oferta, {amount} corresponden a esta línea.",
    net="Todas las líneas juntas son {net}.",
    charge="{label} se cobra con {amount}.",
    allowance="{label} descuenta {amount}.",
    tax="{rate} de impuesto sobre {taxable} son {tax}.",
    total="Hay que pagar {gross}.",
    promotion="{label} ahorra {amount}.",
    proved="Ninguna otra selección de promociones es mejor: está demostrado.",
    unproved="No está demostrado que ninguna otra selección sea mejor; ahorraría como mucho {gap} más.",
    periods="{label} cuesta {net} del {start} al {end}.",
    no_difference="Ambas ofertas cuestan lo mismo.",
    dearer="La segunda oferta es más cara en {amount}: {after} tras {before}.",
    cheaper="La segunda oferta es más barata en {amount}: {after} tras {before}.",
    more="{label}: {amount} más",
    less="{label}: {amount} menos",
    line_added="{label} es nuevo",
    line_removed="{label} desaparece",
    quantity="Cantidad de {label}",
    rounding="Redondeo",
    tax_change="Impuesto",
)

_ITALIAN = Phrases(
    base="Il listino indica {output} per {label}.",
    configured="{label} aggiunge {operand}: {output}.",
    set="{label} fissa il prezzo: {output}.",
    down="{label} toglie {operand}: {output}.",
    up="{label} aggiunge {operand}: {output}.",
    added="{label} aggiunge {operand}: {output}.",
    taken="{label} toglie {operand}: {output}.",
    times="{label} per {operand}: {output}.",
    rounded="{label}: {output}.",
    extended="{quantity} a questo prezzo fanno {output}.",
    by_rule=" ({rule})",
    line="{label}, {quantity} al prezzo di listino di {list}",
    allocated="Degli sconti su tutta l'offerta {amount} spettano a questa riga.",
    net="Tutte le righe insieme fanno {net}.",
    charge="{label} è addebitato con {amount}.",
    allowance="{label} toglie {amount}.",
    tax="{rate} di imposta su {taxable} fanno {tax}.",
    total="Da pagare sono {gross}.",
    promotion="{label} fa risparmiare {amount}.",
    proved="Nessun'altra scelta di promozioni è migliore: è dimostrato.",
    unproved="Non è dimostrato che nessun'altra scelta sia migliore; farebbe risparmiare al massimo {gap} in più.",
    periods="{label} costa {net} dal {start} al {end}.",
    no_difference="Le due offerte costano lo stesso.",
    dearer="La seconda offerta costa {amount} in più: {after} dopo {before}.",
    cheaper="La seconda offerta costa {amount} in meno: {after} dopo {before}.",
    more="{label}: {amount} in più",
    less="{label}: {amount} in meno",
    line_added="{label} è nuovo",
    line_removed="{label} non c'è più",
    quantity="Quantità di {label}",
    rounding="Arrotondamento",
    tax_change="Imposta",
)

_DUTCH = Phrases(
    base="De prijslijst noemt {output} voor {label}.",
    configured="{label} voegt {operand} toe: {output}.",
    set="{label} bepaalt de prijs: {output}.",
    down="{label} haalt {operand} eraf: {output}.",
    up="{label} voegt {operand} toe: {output}.",
    added="{label} voegt {operand} toe: {output}.",
    taken="{label} haalt {operand} eraf: {output}.",
    times="{label} maal {operand}: {output}.",
    rounded="{label}: {output}.",
    extended="{quantity} tegen deze prijs zijn {output}.",
    by_rule=" ({rule})",
    line="{label}, {quantity} tegen een catalogusprijs van {list}",
    allocated="Van de kortingen op de hele offerte valt {amount} op deze regel.",
    net="Alle regels samen zijn {net}.",
    charge="{label} wordt berekend met {amount}.",
    allowance="{label} haalt {amount} eraf.",
    tax="{rate} belasting over {taxable} is {tax}.",
    total="Te betalen is {gross}.",
    promotion="{label} bespaart {amount}.",
    proved="Geen andere keuze van acties is beter: dat is bewezen.",
    unproved="Niet bewezen is dat geen andere keuze beter is; die zou hoogstens {gap} meer besparen.",
    periods="{label} kost {net} van {start} tot {end}.",
    no_difference="Beide offertes kosten evenveel.",
    dearer="De tweede offerte is {amount} duurder: {after} na {before}.",
    cheaper="De tweede offerte is {amount} goedkoper: {after} na {before}.",
    more="{label}: {amount} meer",
    less="{label}: {amount} minder",
    line_added="{label} is nieuw",
    line_removed="{label} vervalt",
    quantity="Aantal van {label}",
    rounding="Afronding",
    tax_change="Belasting",
)

_TABLES: Mapping[str, Phrases] = MappingProxyType(
    {"en": _ENGLISH, "de": _GERMAN, "fr": _FRENCH, "es": _SPANISH, "it": _ITALIAN, "nl": _DUTCH}
)
TOLD_IN = tuple(_TABLES)
"""The languages that prices are told in; another one is told in the first."""


def phrases(language: str) -> Phrases:
    """Return the sentences of a language tag."""
    return _TABLES.get(language.replace("_", "-").split("-")[0].lower(), _ENGLISH)
