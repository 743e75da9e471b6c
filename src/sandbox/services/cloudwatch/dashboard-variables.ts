import { isObject } from '../../json-text.ts'
import type { Finding, Findings } from './dashboard-body.ts'

const MOST_VARIABLES = 25
const MOST_VALUES = 500
const LONGEST_SEARCH = 2_048

/** Holds a dashboard's variables against the documented grammar ("Variables Array Structure"). */
export function checkVariables(variables: unknown, { errors }: Findings): void {
  const path = '/variables'
  if (!Array.isArray(variables)) {
    errors.push({ DataPath: path, Message: 'Should be an array' })
    return
  }
  if (variables.length > MOST_VARIABLES) {
    errors.push({ DataPath: path, Message: `Should not have more than ${MOST_VARIABLES} items` })
  }
  for (const [i, variable] of variables.entries()) errors.push(...faultsOf(variable, `${path}/${i}`))
}

function faultsOf(variable: unknown, path: string): Finding[] {
  if (!isObject(variable)) return [{ DataPath: path, Message: 'Should be an object' }]
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
  return rules.flatMap(([key, holds, Message]) => (holds ? [] : [{ DataPath: `${path}/${key}`, Message }]))
}

function isPattern(pattern: unknown): boolean {
  try {
    return typeof pattern === 'string' && pattern !== '' && new RegExp(pattern) !== undefined
  } catch {
    return false
  }
}
