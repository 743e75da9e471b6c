import { validation } from './faults.ts'
import type { Metric } from './store.ts'

/** Tells whether a metric is one that a SEARCH looks for. */
export type Matches = (metric: Metric) => boolean

const LONGEST = 1_024

/** The search part: `{Namespace,Dimension} Property="exact" token`. @throws AwsFault beyond 1,024 characters */
export function parseSearch(text: string): Matches {
  if (text.length > LONGEST)
    throw validation(`SEARCH expressions may have ${LONGEST} characters, this has ${text.length}`)
  const tokens = tokenize(text)
  let at = 0
  const either = (): Matches => {
    const terms = [both()]
    while (tokens[at]?.toUpperCase() === 'OR') {
      at += 1
      terms.push(both())
    }
    return (metric) => terms.some((term) => term(metric))
  }
  const both = (): Matches => {
    const terms: Matches[] = []
    for (
      let token = tokens[at];
      token !== undefined && token !== ')' && token.toUpperCase() !== 'OR';
      token = tokens[at]
    ) {
      if (token.toUpperCase() === 'AND') at += 1
      else terms.push(term())
    }
    return (metric) => terms.every((one) => one(metric))
  }
  const term = (): Matches => {
    const token = tokens[at++] ?? ''
    if (token.toUpperCase() === 'NOT') {
      const inner = term()
      return (metric) => !inner(metric)
    }
    if (token !== '(') return termOf(token)
    const inner = either()
    if (tokens[at++] !== ')') throw validation(`Error in SEARCH '${text}': a parenthesis is not closed`)
    return inner
  }
  const matches = either()
  if (at < tokens.length) throw validation(`Error in SEARCH '${text}': unexpected '${tokens[at]}'`)
  return matches
}

function tokenize(text: string): string[] {
  const tokens = text.match(/\{[^}]*\}|[()]|[^\s(){}"=]+\s*=\s*(?:"[^"]*"|[^\s(){}"]+)|"[^"]*"|[^\s(){}"]+/g) ?? []
  if (tokens.join('').replace(/\s/g, '') !== text.replace(/\s/g, '')) throw validation(`Error in SEARCH '${text}'`)
  return tokens
}

function termOf(token: string): Matches {
  if (token.startsWith('{')) return schemaOf(token.slice(1, -1))
  const property = /^([^"=]+?)\s*=\s*(.+)$/s.exec(token)
  const wanted = property?.[2] ?? token
  const exact = wanted.startsWith('"')
  const value = exact ? wanted.slice(1, -1) : wanted.toLowerCase()
  const fits = (text: string) => (exact ? text === value : text.toLowerCase().includes(value))
  const name = property?.[1]
  return (metric) => propertiesOf(metric).some(([key, text]) => (name === undefined || key === name) && fits(text))
}

function schemaOf(schema: string): Matches {
  const [namespace, ...names] = schema.split(',').map((part) => part.trim().replace(/^"(.*)"$/, '$1'))
  const wanted = names.sort().join()
  return (metric) =>
    metric.namespace === namespace && (wanted === '' || metric.dimensions.map(({ Name }) => Name).join() === wanted)
}

function propertiesOf(metric: Metric): [string, string][] {
  return [
    ['Namespace', metric.namespace],
    ['MetricName', metric.name],
    ...metric.dimensions.map(({ Name, Value }): [string, string] => [Name, Value]),
  ]
}
