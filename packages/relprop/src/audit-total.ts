/** How much an audit was of, in words. */
export function auditTotal(samples: number, classes: number, groups: number): string {
  const [of, into] = [classes === 1 ? "1 class" : `${classes} classes`, groups === 1 ? "1 group" : `${groups} groups`];
  return `${samples === 1 ? "1 sample" : `${samples} samples`} of ${of} in ${into}`;
}
