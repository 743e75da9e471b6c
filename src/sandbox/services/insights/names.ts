import { isAggregate } from './aggregates.ts'
import type { Command, Expression } from './ast.ts'
import { isFunction } from './functions.ts'
import { QuerySyntaxError } from './tokenize.ts'

/** Refuses functions that do not exist, aggregates outside `stats`, and columns of `stats` that aggregate nothing. */
export function checkNames(command: Command, offset: number): void {
  const fail = (message: string) =>
    new QuerySyntaxError(`${message} (in the command at offset ${offset})`, offset, offset)
  for (const { expression, aggregates } of expressionsOf(command)) {
    const calls = callsIn(expression)
    const unknown = calls.find((name) => !isFunction(name) && !isAggregate(name))
    if (unknown !== undefined) throw fail(`unknown function '${unknown}'`)
    const aggregate = calls.find(isAggregate)
    if (aggregate !== undefined && !aggregates && command.type !== 'sort')
      throw fail(`'${aggregate}' belongs into stats`)
    if (aggregate === undefined && aggregates) throw fail(`'${expression.text}' aggregates nothing`)
  }
}

function expressionsOf(command: Command): { expression: Expression; aggregates: boolean }[] {
  const plain = (expressions: Expression[]) => expressions.map((expression) => ({ expression, aggregates: false }))
  switch (command.type) {
    case 'fields':
      return plain(command.columns.map(({ expression }) => expression))
    case 'filter':
      return plain([command.condition])
    case 'stats':
      return [
        ...command.columns.map(({ expression }) => ({ expression, aggregates: true })),
        ...plain(command.by.map(({ expression }) => expression)),
      ]
    case 'sort':
      return plain(command.keys.map(({ expression }) => expression))
    case 'dedup':
      return plain(command.expressions)
    case 'parse':
      return plain([command.source])
    default:
      return []
  }
}

function callsIn(expression: Expression): string[] {
  switch (expression.type) {
    case 'call':
      return [expression.name, ...expression.arguments.flatMap(callsIn)]
    case 'binary':
      return [...callsIn(expression.left), ...callsIn(expression.right)]
    case 'not':
      return callsIn(expression.inner)
    case 'in':
      return [...callsIn(expression.value), ...expression.items.flatMap(callsIn)]
    case 'like':
      return callsIn(expression.value)
    default:
      return []
  }
}
