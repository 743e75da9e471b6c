import { describe, expect, test } from '@jest/globals'
import { createCloudWatch } from '../../src/sandbox/services/cloudwatch.ts'

const call = { account: '111122223333', region: 'us-east-1', now: Date.UTC(2026, 10, 23) }

function cloudwatch() {
  const { operations } = createCloudWatch()
  return (operation: string, input: object, region = 'us-east-1'): unknown =>
    operations[operation]?.({ ...input }, { ...call, region })
}

const TEXT = { type: 'text', x: 0, y: 0, width: 6, height: 2, properties: { markdown: '# Bedrock' } }
const METRIC = {
  type: 'metric',
  x: 6,
  y: 0,
  width: 12,
  height: 6,
  properties: {
    region: 'us-east-1',
    metrics: [
      ['AWS/Bedrock', 'Invocations', { stat: 'Sum' }],
      [{ expression: "SUM(SEARCH('{AWS/Bedrock,ModelId} MetricName=\"Invocations\"', 'Sum', 300))", id: 'e1' }],
    ],
  },
}
const LOG = { type: 'log', properties: { region: 'us-east-1', query: "SOURCE 'g' | fields @timestamp" } }

const MODEL = {
  id: 'model',
  type: 'pattern',
  pattern: 'this-model',
  inputType: 'select',
  search: '{AWS/Bedrock,ModelId} MetricName="Invocations"',
  populateFrom: 'ModelId',
}
const ARN = 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:A'
const metricsWidget = (metrics: unknown, more: object = {}) => ({
  ...METRIC,
  properties: { region: 'us-east-1', metrics, ...more },
})
const withVariables = (...variables: unknown[]) => JSON.stringify({ widgets: [], variables })
const bodyOf = (...widgets: unknown[]) => JSON.stringify({ widgets })

describe('a dashboard', () => {
  test('reads back as it was put, with an ARN of no Region', () => {
    const send = cloudwatch()
    const DashboardBody = bodyOf(TEXT, METRIC, LOG)
    expect(send('PutDashboard', { DashboardName: 'Usage', DashboardBody })).toEqual({ DashboardValidationMessages: [] })
    expect(send('GetDashboard', { DashboardName: 'Usage' })).toEqual({
      DashboardName: 'Usage',
      DashboardArn: 'arn:aws:cloudwatch::111122223333:dashboard/Usage',
      DashboardBody,
    })
  })

  test('"Dashboards are global": put in one Region, read and deleted in another', () => {
    const send = cloudwatch()
    send('PutDashboard', { DashboardName: 'Usage', DashboardBody: bodyOf(TEXT) }, 'us-east-1')
    expect(send('ListDashboards', {}, 'eu-west-1')).toMatchObject({ DashboardEntries: [{ DashboardName: 'Usage' }] })
    send('DeleteDashboards', { DashboardNames: ['Usage'] }, 'eu-west-1')
    expect(send('ListDashboards', {})).toEqual({ DashboardEntries: [] })
  })

  test('keeps the tags it was created with when it is replaced', () => {
    const send = cloudwatch()
    const ResourceARN = 'arn:aws:cloudwatch::111122223333:dashboard/Usage'
    const put = (value: string) =>
      send('PutDashboard', { DashboardName: 'Usage', DashboardBody: bodyOf(), Tags: [{ Key: 'k', Value: value }] })
    put('first')
    put('second')
    expect(send('ListTagsForResource', { ResourceARN })).toEqual({ Tags: [{ Key: 'k', Value: 'first' }] })
  })

  test('"warnings come inside a 200 as DashboardValidationMessages"', () => {
    const send = cloudwatch()
    const broken = { ...METRIC, properties: { ...METRIC.properties, metrics: [[{ expression: 'SUM(' }]] } }
    const DashboardBody = JSON.stringify({ widgets: [broken, { ...TEXT, colour: 'red' }], theme: 'dark' })
    const { DashboardValidationMessages } = send('PutDashboard', { DashboardName: 'Usage', DashboardBody }) as {
      DashboardValidationMessages: { DataPath: string }[]
    }
    expect(DashboardValidationMessages.map(({ DataPath }) => DataPath)).toEqual([
      '/theme',
      '/widgets/0/properties/metrics/0/expression',
      '/widgets/1/colour',
    ])
    expect(send('GetDashboard', { DashboardName: 'Usage' })).toMatchObject({ DashboardBody })
  })

  test.each<[string, unknown, string]>([
    ['a metric that there is none of', [[{ expression: 'm1 * 2', id: 'e1' }]], 'expression'],
    ['an id with a capital', [['AWS/Bedrock', 'Invocations', { id: 'M1' }]], 'id'],
    [
      'a search of more than 1,024 characters',
      [[{ expression: `SEARCH('${'x'.repeat(1_025)}', 'Sum')` }]],
      'expression',
    ],
  ])('is put with a warning where an expression has %s', (_, metrics, where) => {
    const DashboardBody = bodyOf(metricsWidget(metrics))
    expect(cloudwatch()('PutDashboard', { DashboardName: 'Usage', DashboardBody })).toMatchObject({
      DashboardValidationMessages: [{ DataPath: `/widgets/0/properties/metrics/0/${where}` }],
    })
  })

  test('has variables, and widgets of alarms and of single numbers', () => {
    const widgets = [
      { type: 'alarm', properties: { title: 'States', alarms: [ARN] } },
      metricsWidget([['AWS/Bedrock', 'Invocations']], { view: 'singleValue', setPeriodToTimeRange: true }),
    ]
    const DashboardBody = JSON.stringify({ widgets, variables: [MODEL] })
    expect(cloudwatch()('PutDashboard', { DashboardName: 'Usage', DashboardBody })).toEqual({
      DashboardValidationMessages: [],
    })
  })

  test.each<[string, string, string]>([
    ['a variable without an id', 'Usage', withVariables({ ...MODEL, id: undefined })],
    ['a variable of an unknown type', 'Usage', withVariables({ ...MODEL, type: 'list' })],
    ['a pattern that is none', 'Usage', withVariables({ ...MODEL, pattern: '(' })],
    ['a choice without anything to choose', 'Usage', withVariables({ ...MODEL, search: undefined })],
    ['a label of more than 30 characters', 'Usage', withVariables({ ...MODEL, label: 'x'.repeat(31) })],
    ['more than 25 variables', 'Usage', withVariables(...Array.from({ length: 26 }, () => MODEL))],
    ['an alarm widget without an alarm', 'Usage', bodyOf({ type: 'alarm', properties: { alarms: [] } })],
    ['an alarm that is no ARN', 'Usage', bodyOf({ type: 'alarm', properties: { alarms: ['Bedrock'] } })],
    ['an unknown view', 'Usage', bodyOf(metricsWidget([], { view: 'cloud' }))],
    ['a period of half a minute', 'Usage', bodyOf(metricsWidget([], { period: 30 }))],
    ['501 metrics in a widget', 'Usage', bodyOf(metricsWidget(Array.from({ length: 501 }, () => ['N', 'M'])))],
    [
      '2,501 metrics in all',
      'Usage',
      bodyOf(...Array.from({ length: 6 }, () => metricsWidget(Array.from({ length: 417 }, () => ['N', 'M'])))),
    ],
    ['a body that is not JSON', 'Usage', '{'],
    ['a body that is no object', 'Usage', '[]'],
    ['widgets that are no list', 'Usage', '{"widgets":{}}'],
    ['an unknown type of widget', 'Usage', bodyOf({ ...TEXT, type: 'pie' })],
    ['a widget without properties', 'Usage', bodyOf({ type: 'text' })],
    ['a widget too wide', 'Usage', bodyOf({ ...TEXT, width: 25 })],
    ['a text widget without text', 'Usage', bodyOf({ ...TEXT, properties: {} })],
    ['a metric widget without a Region', 'Usage', bodyOf({ ...METRIC, properties: { metrics: [] } })],
    ['metrics that are no rows', 'Usage', bodyOf({ ...METRIC, properties: { region: 'x', metrics: ['M'] } })],
    ['a log widget without a query', 'Usage', bodyOf({ ...LOG, properties: { region: 'x' } })],
    ['a name with a space ("[A-Za-z0-9_-] ≤255")', 'My usage', bodyOf()],
    ['a name of 256 characters ("[A-Za-z0-9_-] ≤255")', 'x'.repeat(256), bodyOf()],
  ])('is refused with %s', (_, DashboardName, DashboardBody) => {
    expect(() => cloudwatch()('PutDashboard', { DashboardName, DashboardBody })).toThrow(
      expect.objectContaining({ code: 'DashboardInvalidInputError', status: 400 }),
    )
  })

  test('that does not exist is answered with 404, and stops a deletion of others', () => {
    const send = cloudwatch()
    send('PutDashboard', { DashboardName: 'Usage', DashboardBody: bodyOf() })
    const gone = expect.objectContaining({ code: 'DashboardNotFoundError', status: 404 })
    expect(() => send('GetDashboard', { DashboardName: 'Other' })).toThrow(gone)
    expect(() => send('DeleteDashboards', { DashboardNames: ['Usage', 'Other'] })).toThrow(gone)
    expect(send('ListDashboards', {})).toMatchObject({ DashboardEntries: [{ DashboardName: 'Usage' }] })
  })
})
