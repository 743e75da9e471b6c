import { usageError } from '../../core/errors.ts'
import { parseUsd } from '../gates.ts'
import { CsvRows } from '../scan/forms/csv.ts'
import { keyProblem, parseTeams, type Teams, type TeamsGiven, teamProblems } from './rules.ts'

const MOST_ROW_BYTES = 1024 * 1024
const HINT = 'it looks like team,role,budgetUsd in the first line and search,Search*,500 below'
const OF_TEAM = ['budgetUsd', 'shared'] as const
/** A cell without a pattern says nothing, so the empty pattern is written like this. */
const EMPTY_GLOB = '""'

/**
 * Teams as a table: the columns `team`, those that rules are by (several patterns of a cell with commas), `budgetUsd` and `shared`. A
 * row is a rule; one without a pattern says of its team what its budget is, or how it is spread.
 * @throws a usage error that names the file, the line and what is wrong there
 */
export function parseTeamTable(text: string, source: string): Teams {
  const [head, ...rows] = rowsOf(text, source)
  const names = head?.cells ?? []
  if (!names.includes('team')) throw fault(source, 1, 'there is no column team', HINT)
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) < index)
  if (twice !== undefined) throw fault(source, 1, `the column ${twice} is there twice`, 'keep one of them')
  for (const name of names) {
    const problem = ['', 'team', ...OF_TEAM].includes(name) ? undefined : keyProblem(name)
    if (problem) throw fault(source, 1, problem.message, problem.hint)
  }
  const rules: TeamsGiven['rules'][number][] = []
  const lines: number[] = []
  const ofTeams = new Map(OF_TEAM.map((name) => [name, new Map<string, { value: string; line: number }>()]))
  for (const { cells, line } of rows) {
    if (cells.some((cell, index) => cell !== '' && !names[index])) {
      throw fault(source, line, 'it has more cells than columns', 'put what has a comma in it between quotation marks')
    }
    const { team = '', ...given } = Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']))
    for (const [name, values] of ofTeams) {
      const value = given[name] ?? ''
      const before = values.get(team)?.value ?? value
      if (value === '') continue
      if (before !== value)
        throw fault(source, line, `${name} of ${team} is ${before} before and ${value} here`, 'keep one of them')
      values.set(team, { value, line })
    }
    const where = Object.entries(given).filter(([name, cell]) => cell !== '' && !OF_TEAM.some((one) => one === name))
    if (where.length === 0 && OF_TEAM.some((name) => given[name])) continue
    const globs = where.map(([name, cell]) => [name, cell.split(',').map((glob) => glob.trim())] as const)
    const empty = globs.find(([, all]) => all.includes(''))
    if (empty) {
      const hint = `remove the comma; for what the log does not say, write ${EMPTY_GLOB}`
      throw fault(source, line, `${empty[0]} has a comma with no pattern beside it`, hint)
    }
    rules.push({
      ...Object.fromEntries(globs.map(([name, all]) => [name, all.map((glob) => (glob === EMPTY_GLOB ? '' : glob))])),
      team,
    })
    lines.push(line)
  }
  const values = (name: (typeof OF_TEAM)[number]) =>
    [...(ofTeams.get(name) ?? [])].map(([team, { value }]) => [team, value] as const)
  if (rules.length === 0) throw fault(source, 1, 'there are no rules', HINT)
  const given = {
    rules,
    budgets: Object.fromEntries(values('budgetUsd').map(([team, value]) => [team, parseUsd(value) ?? value])),
    shared: Object.fromEntries(values('shared')),
  }
  const [problem] = teamProblems(given)
  if (!problem) return parseTeams(given, source)
  const [, member, at] = problem.path
  const ofTeam = ofTeams.get(member === 'budgets' ? 'budgetUsd' : 'shared')?.get(String(at))?.line
  const line = member === 'rules' && at !== undefined ? lines[Number(at)] : ofTeam
  const message = problem.message
    .replace(/^teams\.rules\[\d+\](:?) /, (_, colon) => (colon ? '' : 'the rule '))
    .replace(/^teams\.budgets /, 'budgetUsd ')
    .replace(/^teams\.shared /, 'shared ')
  throw fault(source, line ?? 1, message, problem.hint)
}

/** Rows with the lines on which they begin, from 1; blank ones are left out. */
function rowsOf(text: string, source: string): { cells: string[]; line: number }[] {
  const lines = text.replace(/^\uFEFF/, '').split('\n')
  const delimiter = [',', ';', '\t'].find((one) => lines[0]?.includes(one)) ?? ','
  const rows: { cells: string[]; line: number }[] = []
  let line = 0
  let isEnd = false
  const csv = new CsvRows(delimiter.charCodeAt(0), MOST_ROW_BYTES, (cells) => {
    if (cells === 'too-long') throw fault(source, line, 'the row is longer than 1 MB', 'close its quotation mark')
    const begins = line - cells.join('').split('\n').length + 1
    // Every line ends its row, but within quotation marks.
    if (isEnd) throw fault(source, begins + 1, 'a quotation mark is not closed', 'close it; one within a cell is ""')
    rows.push({ cells: cells.map((cell) => cell.trim()), line: begins })
  })
  for (const one of lines) {
    line += 1
    csv.push(Buffer.from(`${one}\n`))
  }
  isEnd = true
  csv.end()
  return rows
}

function fault(source: string, line: number, message: string, hint: string) {
  return usageError(`${source}:${line}: ${message}`, hint)
}
