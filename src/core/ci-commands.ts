/** Where the logs of GitHub Actions and Azure Pipelines take commands from, wherever in a line: `##[group]`, `##vso[task.…]`. */
const MARKS = /##(?=\[|vso\[)/gi
/** GitHub takes a line for a command (`::add-mask::…`) when this is what it begins with, white space and colours aside. */
const COMMAND = new RegExp(`^((?:[^\\S\\r\\n]|${String.fromCharCode(27)}\\[[\\d;]*m)*):(?=:)`, 'gmu')

/** A text within a line that no runner takes for a command: a space parts the two signs. */
export function withoutMarks(text: string): string {
  return text.includes('##') ? text.replace(MARKS, '# #') : text
}

/** The same for whole lines. None of ours begins with two colons. */
export function withoutCommands(text: string): string {
  const safe = withoutMarks(text)
  return safe.includes('::') ? safe.replace(COMMAND, '$1: ') : safe
}
