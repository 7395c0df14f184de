// Numbers as pages show them.

/** `1.2 · 10⁻⁶` */
export function short(value) {
  if (value === 0) return "0";
  const [digits, exponent] = value.toExponential(1).split("e");
  const raised = exponent.replace("+", "").replace("-", "⁻").replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);
  return `${digits.replace("-", "−")} · 10${raised}`;
}
