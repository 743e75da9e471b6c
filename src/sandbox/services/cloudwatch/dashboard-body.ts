import { isObject, parseJson } from '../../json-text.ts'
import { checkMetrics } from './dashboard-metrics.ts'
import { checkVariables } from './dashboard-variables.ts'

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
const MOST_METRICS = 2_500
const MOST_ALARMS = 100
const LAST_COLUMN = 24
const TALLEST = 1_000

type Json = Record<string, unknown>

/** Holds a dashboard's body against the documented grammar ("Dashboard Body Structure and Syntax"). */
export function checkDashboardBody(body: string): Findings {
  const findings: Findings = { errors: [], warnings: [] }
  const parsed = parseJson(body)
  if (!isObject(parsed)) {
    findings.errors.push({ DataPath: '', Message: 'The dashboard body must be a JSON object' })
    return findings
  }
  for (const key of Object.keys(parsed)) {
    if (!TOP_LEVEL.includes(key)) findings.warnings.push({ DataPath: `/${key}`, Message: 'Unknown property' })
  }
  const { widgets = [], variables = [] } = parsed
  checkVariables(variables, findings)
  if (!Array.isArray(widgets)) findings.errors.push({ DataPath: '/widgets', Message: 'Should be an array' })
  else if (widgets.length > MOST_WIDGETS) {
    findings.errors.push({ DataPath: '/widgets', Message: `Should not have more than ${MOST_WIDGETS} items` })
  } else {
    for (const [i, widget] of widgets.entries()) checkWidget(widget, `/widgets/${i}`, findings)
    if (widgets.reduce((sum, widget) => sum + rowsOf(widget), 0) > MOST_METRICS) {
      findings.errors.push({
        DataPath: '/widgets',
        Message: `Should not have more than ${MOST_METRICS} metrics in all`,
      })
    }
  }
  return findings
}

function rowsOf(widget: unknown): number {
  const properties = isObject(widget) ? widget.properties : undefined
  const metrics = isObject(properties) ? properties.metrics : undefined
  return Array.isArray(metrics) ? metrics.length : 0
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
  if (type === 'alarm') checkAlarms(properties, path, findings)
}

/** A widget of alarm states has 1 to 100 ARNs of alarms. */
function checkAlarms({ alarms }: Json, path: string, { errors }: Findings): void {
  const isArn = (arn: unknown) => /^arn:[\w-]+:cloudwatch:[\w-]+:\d{12}:alarm:./.test(String(arn))
  if (!Array.isArray(alarms) || alarms.length === 0 || alarms.length > MOST_ALARMS || !alarms.every(isArn)) {
    errors.push({ DataPath: `${path}/alarms`, Message: `Should be 1 to ${MOST_ALARMS} ARNs of alarms` })
  }
}
