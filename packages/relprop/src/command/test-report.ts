/** Results of tests, in the forms that people and other programs read. */

/** What became of one test. */
export interface TestResult {
  readonly name: string;
  readonly seconds: number;
  /** A sentence for each expectation. */
  readonly verdicts: readonly {
    readonly holds: boolean; readonly found: number | undefined; readonly sentence: string,
  }[];
  /** Why it could not be made. */
  readonly error?: string;
}

/** Whether everything held. */
export function passed({ verdicts, error }: TestResult): boolean {
  return error === undefined && verdicts.every(({ holds }) => holds);
}

/** A line per test, and one per expectation that does not hold. */
export function formatResults(results: readonly TestResult[]): string {
  const lines = results.flatMap((result) => [
    `${passed(result) ? "ok" : "FAILED"}  ${result.name}`,
    ...(result.error === undefined ? [] : [`        ${result.error}`]),
    ...result.verdicts.filter(({ holds }) => !holds).map(({ sentence }) => `        ${sentence}`),
  ]);
  const failed = results.filter((result) => !passed(result)).length;
  return [...lines, `${results.length - failed} of ${results.length} passed`, ""].join("\n");
}

/** How the results begin that continuous integration reads. */
export const JUNIT = '<testsuite name="relprop"';

/** The form that continuous integration reads (JUnit). */
export function junit(results: readonly TestResult[]): string {
  const failed = results.filter((result) => !passed(result)).length;
  const cases = results.map((result) => {
    const { name, seconds, verdicts, error } = result;
    const why = error ?? verdicts.filter(({ holds }) => !holds).map(({ sentence }) => sentence).join("; ");
    const tag = error === undefined ? "failure" : "error";
    const inside = passed(result) ? "" : `<${tag} message="${escaped(why)}"/>`;
    return `  <testcase classname="relprop" name="${escaped(name)}" time="${seconds.toFixed(3)}">${inside}</testcase>`;
  });
  const head = `${JUNIT} tests="${results.length}" failures="${failed}">`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', head, ...cases, "</testsuite>", ""].join("\n");
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "�");
}
