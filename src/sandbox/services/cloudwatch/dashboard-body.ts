import { isObject, parseJson } from '../../json-text.ts'
import { type Expression, everyPart, parseExpression, referencesOf } from './math/parse.ts'
import { parseSearch } from './search.ts'

export interface Findings {
  errors: Finding[]
  warnings: Finding[]
}

export interface Finding {
  DataPath: string
  Message: string
}

type Report = (path: string, message: string) => void
type Reports = Record<'wrong' | 'odd', Report>

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
  const reports: Reports = {
    wrong: (DataPath, Message) => findings.errors.push({ DataPath, Message }),
    odd: (DataPath, Message) => findings.warnings.push({ DataPath, Message }),
  }
  checkBody(body, reports)
  return findings
}

function checkBody(body: string, reports: Reports): void {
  const { wrong, odd } = reports
  const parsed = parseJson(body)
  if (!isObject(parsed)) {
    wrong('', 'The dashboard body must be a JSON object')
    return
  }
  for (const key of Object.keys(parsed)) {
    if (!TOP_LEVEL.includes(key)) odd(`/${key}`, 'Unknown property')
  }
  const { widgets = [], variables = [] } = parsed
  checkVariables(variables, reports)
  if (!Array.isArray(widgets)) wrong('/widgets', 'Should be an array')
  else if (widgets.length > MOST_WIDGETS) {
    wrong('/widgets', `Should not have more than ${MOST_WIDGETS} items`)
  } else {
    for (const [i, widget] of widgets.entries()) checkWidget(widget, `/widgets/${i}`, reports)
    if (widgets.reduce((sum, widget) => sum + rowsOf(widget), 0) > MOST_METRICS)
      wrong('/widgets', `Should not have more than ${MOST_METRICS} metrics in all`)
  }
}

function rowsOf(widget: unknown): number {
  const properties = isObject(widget) ? widget.properties : undefined
  const metrics = isObject(properties) ? properties.metrics : undefined
  return Array.isArray(metrics) ? metrics.length : 0
}

function checkWidget(widget: unknown, path: string, { wrong, odd }: Reports): void {
  if (!isObject(widget)) {
    wrong(path, 'Should be an object')
    return
  }
  const { type, properties } = widget
  for (const key of Object.keys(widget)) {
    if (!WIDGET_KEYS.includes(key)) odd(`${path}/${key}`, 'Unknown property')
  }
  const size = (key: string, from: number, to: number) => {
    const value = widget[key]
    if (value === undefined) return
    if (!Number.isInteger(value) || Number(value) < from || Number(value) > to)
      wrong(`${path}/${key}`, `Should be an integer from ${from} to ${to}`)
  }
  size('x', 0, LAST_COLUMN - 1)
  size('y', 0, Number.MAX_SAFE_INTEGER)
  size('width', 1, LAST_COLUMN)
  size('height', 1, TALLEST)
  if (typeof type !== 'string' || !WIDGET_TYPES.includes(type)) {
    wrong(`${path}/type`, `Should be one of ${WIDGET_TYPES.join(', ')}`)
  } else if (!isObject(properties)) {
    wrong(`${path}/properties`, 'Should be an object')
  } else checkProperties(type, properties, `${path}/properties`, { wrong, odd })
}

function checkProperties(type: string, properties: Json, path: string, reports: Reports): void {
  const need = (key: string) => {
    if (typeof properties[key] === 'string') return
    reports.wrong(path, `Should have required property '${key}'`)
  }
  if (type === 'text') need('markdown')
  if (type === 'log') {
    need('query')
    need('region')
  }
  if (type === 'metric') {
    need('region')
    checkMetrics(properties, path, reports)
  }
  if (type === 'alarm') checkAlarms(properties, path, reports)
}

/** A widget of alarm states has 1 to 100 ARNs of alarms. */
function checkAlarms({ alarms }: Json, path: string, { wrong }: Reports): void {
  const isArn = (arn: unknown) => /^arn:[\w-]+:cloudwatch:[\w-]+:\d{12}:alarm:./.test(String(arn))
  if (!Array.isArray(alarms) || alarms.length === 0 || alarms.length > MOST_ALARMS || !alarms.every(isArn))
    wrong(`${path}/alarms`, `Should be 1 to ${MOST_ALARMS} ARNs of alarms`)
}

const MOST_VARIABLES = 25
const MOST_VALUES = 500
const LONGEST_SEARCH = 2_048

/** Holds a dashboard's variables against the documented grammar ("Variables Array Structure"). */
function checkVariables(variables: unknown, { wrong }: Reports): void {
  const path = '/variables'
  if (!Array.isArray(variables)) {
    wrong(path, 'Should be an array')
    return
  }
  if (variables.length > MOST_VARIABLES) wrong(path, `Should not have more than ${MOST_VARIABLES} items`)
  for (const [i, variable] of variables.entries()) checkVariable(variable, `${path}/${i}`, wrong)
}

function checkVariable(variable: unknown, path: string, wrong: Report): void {
  if (!isObject(variable)) {
    wrong(path, 'Should be an object')
    return
  }
  const { type, inputType, id, label, property, pattern, values, search, populateFrom } = variable
  const isText = (value: unknown, most: number) => typeof value === 'string' && value !== '' && value.length <= most
  const isSearched = isText(search, LONGEST_SEARCH) && isText(populateFrom, 255)
  const isListed = Array.isArray(values) && values.length > 0 && values.length <= MOST_VALUES
  const rules: [key: string, holds: boolean, message: string][] = [
    ['type', type === 'property' || type === 'pattern', 'Should be one of property, pattern'],
    ['inputType', ['input', 'select', 'radio'].includes(String(inputType)), 'Should be one of input, select, radio'],
    ['id', isText(id, 32) && /^[\w-]+$/.test(String(id)), 'Should be 1 to 32 of 0-9A-Za-z-_'],
    ['label', label === undefined || isText(label, 30), 'Should have at most 30 characters'],
    ['property', type !== 'property' || isText(property, 255), 'Is required of a property variable'],
    ['pattern', type !== 'pattern' || isPattern(pattern), 'Should be a regular expression'],
    ['values', inputType === 'input' || isListed || isSearched, 'Needs values, or search and populateFrom'],
  ]
  for (const [key, holds, message] of rules) if (!holds) wrong(`${path}/${key}`, message)
}

function isPattern(pattern: unknown): boolean {
  try {
    return typeof pattern === 'string' && pattern !== '' && new RegExp(pattern) !== undefined
  } catch {
    return false
  }
}

const MOST_OF_A_WIDGET = 500
const VIEWS = ['timeSeries', 'singleValue', 'gauge', 'bar', 'pie', 'table']

/** Rows of texts and options, or annotations. An expression that cannot be evaluated is only a warning. */
function checkMetrics({ metrics, annotations, view, period }: Json, path: string, reports: Reports): void {
  const { wrong, odd } = reports
  if (view !== undefined && !VIEWS.includes(String(view))) wrong(`${path}/view`, `Should be one of ${VIEWS.join(', ')}`)
  if (period !== undefined && (!Number.isInteger(period) || Number(period) < 60 || Number(period) % 60 !== 0))
    wrong(`${path}/period`, 'Should be a multiple of 60')
  if (metrics === undefined) {
    if (!isObject(annotations)) wrong(path, "Should have required property 'metrics'")
    return
  }
  if (!Array.isArray(metrics)) {
    wrong(`${path}/metrics`, 'Should be an array')
    return
  }
  if (metrics.length > MOST_OF_A_WIDGET) wrong(`${path}/metrics`, `Should not have more than ${MOST_OF_A_WIDGET} items`)
  const ids: unknown[] = metrics.flatMap((row) => (Array.isArray(row) ? (row.find(isObject)?.id ?? []) : []))
  for (const [i, row] of metrics.entries()) {
    const at = `${path}/metrics/${i}`
    const cells: unknown[] = Array.isArray(row) ? row : []
    const options = cells.find(isObject)
    if (cells.length === 0 || cells.some((cell) => typeof cell !== 'string' && cell !== options)) {
      wrong(at, 'Should be an array of texts with an object of options at its end')
      continue
    }
    const { id, expression } = options ?? {}
    if (id !== undefined && (!/^[a-z]\w*$/.test(String(id)) || ids.indexOf(id) !== ids.lastIndexOf(id)))
      odd(`${at}/id`, 'Should begin with a small letter and be the only one')
    const fault = typeof expression === 'string' ? faultOf(expression, ids) : undefined
    if (fault !== undefined) odd(`${at}/expression`, fault)
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
  return everyPart(expression).flatMap((part) => {
    const [first] = part.type === 'call' && part.name === 'SEARCH' ? part.arguments : []
    return first?.type === 'string' ? [first.value] : []
  })
}
