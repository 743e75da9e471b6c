import { aggregate, isAggregate, type Sample } from './aggregates.ts'
import type { Column, Expression } from './ast.ts'
import { evaluate, type Scope } from './evaluate.ts'
import { Row } from './row.ts'
import { toNumber, type Value } from './value.ts'

/** `stats … by …`: one row a group, groups in the order in which they are first seen. Without `by` there is one group. */
export function runStats(rows: readonly Row[], columns: readonly Column[], by: readonly Column[]): Row[] {
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
