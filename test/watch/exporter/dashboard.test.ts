import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { Ajv, type SchemaObject } from 'ajv'
import { dashboard } from '../../../src/watch/exporter/dashboard.ts'
import { METRICS, queried } from '../../../src/watch/exporter/metrics.ts'
import { RULES } from '../../../src/watch/exporter/rules.ts'
import { describeWith } from '../../support/external.ts'
import { checkExpressions } from '../../support/promtool.ts'

interface Shown {
  panels: {
    id: number
    title: string
    type: 'stat' | 'bargauge' | 'timeseries'
    gridPos: { x: number; y: number; w: number; h: number }
    datasource: object
    options: object
    fieldConfig: { defaults: { unit: string; custom?: object } }
    targets: { refId: string; expr: string }[]
  }[]
  templating: { list: { name: string; type: string; query: string | { query: string } }[] }
}

const shown = dashboard() as Shown
const expressions = shown.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))

/** The types that Grafana publishes, as a schema: nothing else may be there, and nothing required may be missing. */
const schema = JSON.parse(readFileSync(new URL('../../support/grafana.schema.json', import.meta.url), 'utf8'))
const ajv = new Ajv({ strict: false, allErrors: true })
const faultsOf = (part: string, value: unknown) => {
  const validate = ajv.compile({ ...schema.properties[part], definitions: schema.definitions } as SchemaObject)
  validate(value)
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

describe("Grafana's types", () => {
  test('have a place for all of the dashboard', () => {
    const { panels, ...head } = shown
    expect(faultsOf('dashboard', { ...head, panels: [] })).toEqual([])
  })

  test.each(shown.panels.map((panel) => [panel.title, panel] as const))(
    'have a place for all of the panel %s',
    (_, panel) => {
      expect(faultsOf('panel', panel)).toEqual([])
      expect(faultsOf({ stat: 'stat', bargauge: 'bar', timeseries: 'time' }[panel.type], panel.options)).toEqual([])
      if (panel.fieldConfig.defaults.custom) expect(faultsOf('field', panel.fieldConfig.defaults.custom)).toEqual([])
    },
  )

  test('notice what they do not know', () => {
    expect(faultsOf('panel', { ...shown.panels[0], nonsense: 1 })).toHaveLength(1)
    expect(faultsOf('stat', { ...shown.panels[0]?.options, colorMode: 'rainbow' })).not.toEqual([])
    expect(faultsOf('dashboard', { ...shown, schemaVersion: 'x', panels: [] })).toHaveLength(1)
  })

  test.each(shown.templating.list.map((variable) => [variable.name, variable] as const))(
    'have a place for the variable %s',
    (_, variable) => {
      expect(faultsOf('variable', variable)).toEqual([])
    },
  )
})

test('panels have ids of their own, fill rows of 24 columns and lie on none of the others', () => {
  expect(new Set(shown.panels.map(({ id }) => id)).size).toBe(shown.panels.length)
  const taken = new Set<string>()
  for (const {
    gridPos: { x, y, w, h },
  } of shown.panels) {
    expect(x + w).toBeLessThanOrEqual(24)
    for (let column = x; column < x + w; column += 1) {
      for (let row = y; row < y + h; row += 1) {
        expect(taken).not.toContain(`${column} ${row}`)
        taken.add(`${column} ${row}`)
      }
    }
  }
  const rows = Math.max(...shown.panels.map(({ gridPos: { y, h } }) => y + h))
  expect(taken.size).toBe(rows * 24)
})

test('queries ask for what the exporter has, through the chosen data source', () => {
  const known = new Set(Object.keys(METRICS).map((name) => queried(name as keyof typeof METRICS)))
  const asked = expressions.flatMap((expr) => expr.match(/bedrock_\w+/g) ?? [])
  expect(asked.length).toBeGreaterThanOrEqual(expressions.length)
  expect(asked.filter((name) => !known.has(name))).toEqual([])
  for (const { datasource } of shown.panels) expect(datasource).toEqual({ type: 'prometheus', uid: '$datasource' })
})

test('every metric is on the dashboard or in an alert, but for what is about the counting itself', () => {
  const told = [...expressions, ...RULES.map(({ expr }) => expr)].join(' ')
  const isTold = (name: keyof typeof METRICS) => new RegExp(`\\b${queried(name)}\\b`).test(told)
  const left = (Object.keys(METRICS) as (keyof typeof METRICS)[]).filter((name) => !isTold(name))
  expect(left).toEqual(['countedFrom', 'countedTo', 'build'])
})

test('the labels that are asked for are those of the metric', () => {
  for (const expr of expressions) {
    for (const [, name = '', among = ''] of expr.matchAll(/(bedrock_\w+)\{([^}]*)\}/g)) {
      const metric = Object.entries(METRICS).find(([key]) => queried(key as keyof typeof METRICS) === name)?.[1]
      const labels = among
        .split(',')
        .filter(Boolean)
        .map((part) => part.split(/=~?"/)[0] ?? '')
      expect({
        name,
        lacking: labels.filter((label) => !(metric?.labels as readonly string[] | undefined)?.includes(label)),
      }).toEqual({ name, lacking: [] })
    }
  }
})

describeWith(['promtool'], 'Prometheus', () => {
  test('parses every query', () => {
    expect(checkExpressions(expressions)).toEqual('')
    expect(checkExpressions([...expressions, 'sum('])).not.toEqual('')
  })
})
