import { isObject } from '../../json-text.ts'
import type { Findings } from './dashboard-body.ts'
import { type Expression, parseExpression, referencesOf } from './math/parse.ts'
import { parseSearch } from './search.ts'

const MOST_METRICS = 500
const VIEWS = ['timeSeries', 'singleValue', 'gauge', 'bar', 'pie', 'table']

type Json = Record<string, unknown>

/** Rows of texts and options, or annotations. An expression that cannot be evaluated is only a warning. */
export function checkMetrics({ metrics, annotations, view, period }: Json, path: string, findings: Findings): void {
  const { errors, warnings } = findings
  if (view !== undefined && !VIEWS.includes(String(view))) {
    errors.push({ DataPath: `${path}/view`, Message: `Should be one of ${VIEWS.join(', ')}` })
  }
  if (period !== undefined && (!Number.isInteger(period) || Number(period) < 60 || Number(period) % 60 !== 0)) {
    errors.push({ DataPath: `${path}/period`, Message: 'Should be a multiple of 60' })
  }
  if (metrics === undefined) {
    if (!isObject(annotations)) errors.push({ DataPath: path, Message: "Should have required property 'metrics'" })
    return
  }
  if (!Array.isArray(metrics)) {
    errors.push({ DataPath: `${path}/metrics`, Message: 'Should be an array' })
    return
  }
  if (metrics.length > MOST_METRICS) {
    errors.push({ DataPath: `${path}/metrics`, Message: `Should not have more than ${MOST_METRICS} items` })
  }
  const ids: unknown[] = metrics.flatMap((row) => (Array.isArray(row) ? (row.find(isObject)?.id ?? []) : []))
  for (const [i, row] of metrics.entries()) {
    const at = `${path}/metrics/${i}`
    const cells: unknown[] = Array.isArray(row) ? row : []
    const options = cells.find(isObject)
    if (cells.length === 0 || cells.some((cell) => typeof cell !== 'string' && cell !== options)) {
      errors.push({ DataPath: at, Message: 'Should be an array of texts with an object of options at its end' })
      continue
    }
    const { id, expression } = options ?? {}
    if (id !== undefined && (!/^[a-z]\w*$/.test(String(id)) || ids.indexOf(id) !== ids.lastIndexOf(id))) {
      warnings.push({ DataPath: `${at}/id`, Message: 'Should begin with a small letter and be the only one' })
    }
    const fault = typeof expression === 'string' ? faultOf(expression, ids) : undefined
    if (fault !== undefined) warnings.push({ DataPath: `${at}/expression`, Message: fault })
  }
}

function faultOf(expression: string, ids: readonly unknown[]): string | undefined {
  if (/^\s*SELECT\s/i.test(expression)) return undefined
  try {
    const parsed = parseExpression(expression)
    for (const search of searchesOf(parsed)) parseSearch(search)
    const unknown = referencesOf(parsed).find((id) => !ids.includes(id))
    return unknown === undefined ? undefined : `There is no metric of id ${unknown}`
  } catch {
    return 'The expression is not of the metric math grammar'
  }
}

function searchesOf(expression: Expression): string[] {
  if (expression.type === 'call') {
    const [first] = expression.arguments
    const own = expression.name === 'SEARCH' && first?.type === 'string' ? [first.value] : []
    return [...own, ...expression.arguments.flatMap(searchesOf)]
  }
  if (expression.type === 'operator') return [...searchesOf(expression.left), ...searchesOf(expression.right)]
  return expression.type === 'list' ? expression.items.flatMap(searchesOf) : []
}
