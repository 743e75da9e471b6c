import { parseExpression } from './math/parse.ts'

/** What is wrong with a dashboard's body, and what is merely odd about it. */
export interface Findings {
  errors: Finding[]
  warnings: Finding[]
}

export interface Finding {
  DataPath: string
  Message: string
}

const TOP_LEVEL = ['start', 'end', 'periodOverride', 'variables', 'widgets']
const WIDGET_TYPES = ['metric', 'text', 'log', 'alarm', 'explorer', 'custom']
const WIDGET_KEYS = ['type', 'x', 'y', 'width', 'height', 'properties']
const MOST_WIDGETS = 500
const LAST_COLUMN = 24
const TALLEST = 1_000

type Json = Record<string, unknown>

/** Holds a dashboard's body against the documented grammar ("Dashboard Body Structure and Syntax"). */
export function checkDashboardBody(body: string): Findings {
  const findings: Findings = { errors: [], warnings: [] }
  const parsed = parse(body)
  if (!isObject(parsed)) {
    findings.errors.push({ DataPath: '', Message: 'The dashboard body must be a JSON object' })
    return findings
  }
  for (const key of Object.keys(parsed)) {
    if (!TOP_LEVEL.includes(key)) findings.warnings.push({ DataPath: `/${key}`, Message: 'Unknown property' })
  }
  const { widgets = [] } = parsed
  if (!Array.isArray(widgets)) findings.errors.push({ DataPath: '/widgets', Message: 'Should be an array' })
  else if (widgets.length > MOST_WIDGETS) {
    findings.errors.push({ DataPath: '/widgets', Message: `Should not have more than ${MOST_WIDGETS} items` })
  } else for (const [i, widget] of widgets.entries()) checkWidget(widget, `/widgets/${i}`, findings)
  return findings
}

function checkWidget(widget: unknown, path: string, { errors, warnings }: Findings): void {
  if (!isObject(widget)) {
    errors.push({ DataPath: path, Message: 'Should be an object' })
    return
  }
  const { type, properties } = widget
  for (const key of Object.keys(widget)) {
    if (!WIDGET_KEYS.includes(key)) warnings.push({ DataPath: `${path}/${key}`, Message: 'Unknown property' })
  }
  const size = (key: string, from: number, to: number) => {
    const value = widget[key]
    if (value === undefined) return
    if (!Number.isInteger(value) || Number(value) < from || Number(value) > to) {
      errors.push({ DataPath: `${path}/${key}`, Message: `Should be an integer from ${from} to ${to}` })
    }
  }
  size('x', 0, LAST_COLUMN - 1)
  size('y', 0, Number.MAX_SAFE_INTEGER)
  size('width', 1, LAST_COLUMN)
  size('height', 1, TALLEST)
  if (typeof type !== 'string' || !WIDGET_TYPES.includes(type)) {
    errors.push({ DataPath: `${path}/type`, Message: `Should be one of ${WIDGET_TYPES.join(', ')}` })
  } else if (!isObject(properties)) {
    errors.push({ DataPath: `${path}/properties`, Message: 'Should be an object' })
  } else checkProperties(type, properties, `${path}/properties`, { errors, warnings })
}

function checkProperties(type: string, properties: Json, path: string, findings: Findings): void {
  const need = (key: string) => {
    if (typeof properties[key] === 'string') return
    findings.errors.push({ DataPath: path, Message: `Should have required property '${key}'` })
  }
  if (type === 'text') need('markdown')
  if (type === 'log') {
    need('query')
    need('region')
  }
  if (type === 'metric') {
    need('region')
    checkMetrics(properties, path, findings)
  }
}

/** A metric widget has rows of texts, each with an object of options at its end; or annotations with one alarm. */
function checkMetrics({ metrics, annotations }: Json, path: string, { errors, warnings }: Findings): void {
  if (metrics === undefined) {
    if (!isObject(annotations)) errors.push({ DataPath: path, Message: "Should have required property 'metrics'" })
    return
  }
  if (!Array.isArray(metrics)) {
    errors.push({ DataPath: `${path}/metrics`, Message: 'Should be an array' })
    return
  }
  for (const [i, row] of metrics.entries()) {
    const at = `${path}/metrics/${i}`
    const cells: unknown[] = Array.isArray(row) ? row : []
    const options = cells.find(isObject)
    if (cells.length === 0 || cells.some((cell) => typeof cell !== 'string' && cell !== options)) {
      errors.push({ DataPath: at, Message: 'Should be an array of texts with an object of options at its end' })
    } else if (typeof options?.expression === 'string' && !parses(options.expression)) {
      warnings.push({ DataPath: `${at}/expression`, Message: 'The expression is not of the metric math grammar' })
    }
  }
}

function parses(expression: string): boolean {
  if (/^\s*SELECT\s/i.test(expression)) return true
  try {
    parseExpression(expression)
    return true
  } catch {
    return false
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
