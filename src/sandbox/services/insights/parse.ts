import type { Reader } from '../reader.ts'
import { isAggregate, isFunction } from './functions.ts'
import { parseExpression, patternOf } from './parse-expression.ts'
import { type Column, type Command, type Expression, QuerySyntaxError, readerOf } from './syntax.ts'

type Parse = (reader: Reader) => Command

/** The commands of a query, in order. @throws QuerySyntaxError with the offset of what is not understood */
export function parseQuery(query: string): Command[] {
  const reader = readerOf(query)
  const commands: Command[] = []
  reader.take('|')
  do {
    const { text, start, end } = reader.read('name', 'a command')
    const parse = COMMANDS.get(text.toLowerCase())
    if (!parse) throw new QuerySyntaxError(`unknown command '${text}' at offset ${start}`, start, end)
    const command = parse(reader)
    checkNames(command, start)
    commands.push(command)
  } while (reader.take('|'))
  reader.read('end', "'|'")
  return commands
}

const COMMANDS: ReadonlyMap<string, Parse> = new Map(
  Object.entries<Parse>({
    fields: (reader) => ({ type: 'fields', columns: columnsOf(reader) }),
    display: (reader) => ({ type: 'display', columns: columnsOf(reader) }),
    filter: (reader) => ({ type: 'filter', condition: parseExpression(reader) }),
    stats: (reader) => ({ type: 'stats', columns: columnsOf(reader), by: reader.take('by') ? columnsOf(reader) : [] }),
    sort: (reader) => ({ type: 'sort', keys: reader.commaList(() => sortKeyOf(reader)) }),
    limit: (reader) => ({ type: 'limit', count: Number(reader.read('number', 'a number').text) }),
    parse: (reader) => ({ type: 'parse', source: parseExpression(reader), pattern: patternOf(reader.next()) }),
  }),
)

function columnsOf(reader: Reader): Column[] {
  return reader.commaList(() => {
    const expression = parseExpression(reader)
    return { expression, name: reader.take('as') ? reader.read('name', 'a name').text : nameOf(expression) }
  })
}

function nameOf(expression: Expression): string {
  return expression.type === 'field' ? expression.name : expression.text
}

function sortKeyOf(reader: Reader): { expression: Expression; descending: boolean } {
  const expression = parseExpression(reader)
  if (reader.take('desc')) return { expression, descending: true }
  reader.take('asc')
  return { expression, descending: false }
}

/** Refuses functions that do not exist, aggregates outside `stats`, and columns of `stats` that aggregate nothing. */
function checkNames(command: Command, offset: number): void {
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
    case 'parse':
      return plain([command.source])
    default:
      return []
  }
}

function callsIn(expression: Expression): string[] {
  const own = expression.type === 'call' ? [expression.name] : []
  return [...own, ...partsOf(expression).flatMap(callsIn)]
}

function partsOf(expression: Expression): Expression[] {
  switch (expression.type) {
    case 'call':
      return expression.arguments
    case 'binary':
      return [expression.left, expression.right]
    case 'not':
      return [expression.inner]
    case 'in':
      return [expression.value, ...expression.items]
    case 'like':
      return [expression.value]
    default:
      return []
  }
}
