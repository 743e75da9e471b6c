import { evaluate, type Scope } from './evaluate.ts'
import { fieldOf, type QueriedEvent } from './fields.ts'
import { aggregate, isAggregate, type Sample } from './functions.ts'
import type { Column, Command, Expression } from './syntax.ts'
import { compare, format, holds, toNumber, type Value } from './value.ts'

/** A row on its way through the commands: an event with what was made from it, or a group of `stats` with its columns. */
class Row implements Scope {
  readonly event: QueriedEvent | undefined
  readonly made: Map<string, Value>

  constructor(event: QueriedEvent | undefined, made = new Map<string, Value>()) {
    this.event = event
    this.made = made
  }

  field(name: string): Value {
    if (this.made.has(name)) return this.made.get(name)
    return this.event && fieldOf(this.event, name)
  }

  /** An expression that is the very name of a column, such as `bin(1h)` after `stats … by bin(1h)`, is that column. */
  known(expression: Expression): { value: Value } | undefined {
    const made = expression.type !== 'literal' && this.made.has(expression.text)
    return made ? { value: this.made.get(expression.text) } : undefined
  }

  /** Adds columns. A copy for each command of a query would take most of its time. */
  with(values: Iterable<[string, Value]>): Row {
    for (const [name, value] of values) this.made.set(name, value)
    return this
  }
}

export interface ResultField {
  field: string
  value: string
}

export interface QueryResult {
  rows: ResultField[][]
  /** Events that passed every filter before anything was summed up. */
  matched: number
}

const TIME: Column = { name: '@timestamp', expression: { type: 'field', name: '@timestamp', text: '@timestamp' } }
const MESSAGE: Column = { name: '@message', expression: { type: 'field', name: '@message', text: '@message' } }

/** At most `limit` rows unless the query has its own; unsorted events newest first; lacking fields are left out. */
export function runQuery(commands: readonly Command[], events: readonly QueriedEvent[], limit: number): QueryResult {
  let rows = [...events].sort((a, b) => b.timestamp - a.timestamp).map((event) => new Row(event))
  let matched = rows.length
  let summed = false
  for (const command of commands) {
    rows = runCommand(command, rows)
    if (command.type === 'stats') summed = true
    if (!summed && command.type === 'filter') matched = rows.length
  }
  if (!commands.some(({ type }) => type === 'limit')) rows = rows.slice(0, limit)
  const names = columnsShown(commands)
  return { matched, rows: rows.map((row) => show(row, names)) }
}

function runCommand(command: Command, rows: Row[]): Row[] {
  switch (command.type) {
    case 'fields':
    case 'display':
      return rows.map((row) => row.with(made(command.columns, row)))
    case 'filter':
      return rows.filter((row) => holds(evaluate(command.condition, row)))
    case 'stats':
      return runStats(rows, command.columns, command.by)
    case 'sort':
      return sort(rows, command.keys)
    case 'limit':
      return rows.slice(0, command.count)
    case 'parse':
      return rows.map((row) => row.with(parsed(command, evaluate(command.source, row))))
  }
}

/** Plain fields stay where they are; only what has been computed or renamed becomes the row's own. */
function made(columns: readonly Column[], row: Row): [string, Value][] {
  return columns
    .filter(({ name, expression }) => expression.type !== 'field' || expression.name !== name)
    .map(({ name, expression }) => [name, evaluate(expression, row)])
}

function sort(rows: Row[], keys: Extract<Command, { type: 'sort' }>['keys']): Row[] {
  const keyed = rows.map((row) => ({ row, values: keys.map(({ expression }) => evaluate(expression, row)) }))
  keyed.sort((a, b) => {
    for (const [i, { descending }] of keys.entries()) {
      const order = compare(a.values[i], b.values[i])
      if (order !== 0) return descending ? -order : order
    }
    return 0
  })
  return keyed.map(({ row }) => row)
}

function parsed({ pattern }: Extract<Command, { type: 'parse' }>, source: Value): [string, Value][] {
  const match = source === undefined ? null : pattern.exec(format(source))
  return Object.entries(match?.groups ?? {})
}

/** The last `display` decides; otherwise what `fields`, or `stats` and the commands after it, have named. */
function columnsShown(commands: readonly Command[]): string[] {
  let columns: Column[] = []
  let displayed = false
  let summed = false
  for (const command of commands) {
    if (command.type === 'stats') columns = [...command.by, ...command.columns]
    if (command.type === 'stats') [displayed, summed] = [false, true]
    if (command.type === 'fields' && !displayed) columns = [...columns, ...command.columns]
    if (command.type === 'display') [columns, displayed] = [command.columns, true]
  }
  const names = (columns.length > 0 ? columns : [TIME, MESSAGE]).map(({ name }) => name)
  return [...new Set(summed ? names : [...names, '@ptr'])]
}

function show(row: Row, names: readonly string[]): ResultField[] {
  return names.flatMap((name) => {
    const value = row.field(name)
    return value === undefined ? [] : [{ field: name, value: format(value) }]
  })
}

/** `stats … by …`: one row a group, groups in the order in which they are first seen. Without `by` there is one group. */
function runStats(rows: readonly Row[], columns: readonly Column[], by: readonly Column[]): Row[] {
  const groups = new Map<string, { key: Value[]; rows: Row[] }>()
  for (const row of rows) {
    const key = by.map(({ expression }) => evaluate(expression, row))
    const id = JSON.stringify(key.map((value) => value ?? null))
    const group = groups.get(id)
    if (group) group.rows.push(row)
    else groups.set(id, { key, rows: [row] })
  }
  if (by.length === 0 && groups.size === 0) groups.set('', { key: [], rows: [] })
  return [...groups.values()].map((group) => {
    const keys = by.map(({ name }, i): [string, Value] => [name, group.key[i]])
    const scope = groupScope(group.rows)
    return new Row(
      undefined,
      new Map([
        ...keys,
        ...columns.map(({ name, expression }): [string, Value] => [name, evaluate(expression, scope)]),
      ]),
    )
  })
}

/** A group as a scope: aggregates are known, plain fields are not. */
function groupScope(rows: readonly Row[]): Scope {
  return {
    field: () => undefined,
    known: (expression) => (isAggregateCall(expression) ? { value: aggregateOf(expression, rows) } : undefined),
  }
}

function isAggregateCall(expression: Expression): expression is Expression & { type: 'call' } {
  return expression.type === 'call' && isAggregate(expression.name)
}

function aggregateOf(
  { name, arguments: [argument, parameter] }: Expression & { type: 'call' },
  rows: readonly Row[],
): Value {
  const samples = rows.map(
    (row): Sample => ({
      value: argument ? evaluate(argument, row) : 1,
      time: toNumber(row.field('@timestamp')) ?? 0,
    }),
  )
  return aggregate(name, samples, parameter?.type === 'literal' ? parameter.value : undefined)
}
