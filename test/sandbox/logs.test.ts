import type { DescribeLogGroupsResponse, GetQueryResultsResponse } from '@aws-sdk/client-cloudwatch-logs'
import { describe, expect, test } from '@jest/globals'
import { createLogs } from '../../src/sandbox/services/logs.ts'
import type { Present } from './present.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const MINUTE = 60_000
const GROUP = '/aws/bedrock/modelinvocations'
const ARN = `arn:aws:logs:us-east-1:111122223333:log-group:${GROUP}`
const call = { account: '111122223333', region: 'us-east-1', now: NOW }

function logs(groups: readonly string[] = [GROUP]) {
  const service = createLogs()
  const send = (operation: string, input: object): unknown => service.operations[operation]?.({ ...input }, call)
  for (const logGroupName of groups) send('CreateLogGroup', { logGroupName })
  const write = (events: readonly [minutes: number, message: string][], stream = 's') =>
    service.putRecord(
      'us-east-1',
      GROUP,
      stream,
      events.map(([minutes, message]) => ({ timestamp: NOW + minutes * MINUTE, message })),
    )
  return { ...service, send, write }
}

const refusal = (code: string) => expect.objectContaining({ name: 'AwsFault', code, status: 400 })

describe('a log group', () => {
  const groups = (service: ReturnType<typeof logs>, input: object = {}) =>
    service.send('DescribeLogGroups', input) as Present<DescribeLogGroupsResponse>

  test('reads back with both of its ARNs, and without retention until there is one', () => {
    const service = logs()
    const [group] = groups(service).logGroups
    expect(group).toMatchObject({ logGroupName: GROUP, arn: `${ARN}:*`, logGroupArn: ARN, creationTime: NOW })
    expect(group).not.toHaveProperty('retentionInDays')
    service.send('PutRetentionPolicy', { logGroupName: GROUP, retentionInDays: 30 })
    expect(groups(service).logGroups[0]?.retentionInDays).toBe(30)
  })

  test('cannot be made twice: "ResourceAlreadyExistsException"', () => {
    expect(() => logs().send('CreateLogGroup', { logGroupName: GROUP })).toThrow(
      refusal('ResourceAlreadyExistsException'),
    )
  })

  test('"DescribeLogGroups searches by prefix: page to the exact name"', () => {
    const service = logs(Array.from({ length: 60 }, (_, i) => `g${String(i).padStart(2, '0')}`))
    const first = groups(service, { logGroupNamePrefix: 'g' })
    expect(first.logGroups).toHaveLength(50)
    expect(groups(service, { logGroupNamePrefix: 'g', nextToken: first.nextToken }).logGroups).toHaveLength(10)
  })

  test.each([0, 2, 31, 10_000])('"Retention: 1 3 5 7 14 30 …" refuses %d days', (retentionInDays) => {
    const put = () => logs().send('PutRetentionPolicy', { logGroupName: GROUP, retentionInDays })
    expect(put).toThrow(refusal('InvalidParameterException'))
  })

  test('is tagged by its ARN without ":*"', () => {
    const service = logs()
    const tags = () => service.send('ListTagsForResource', { resourceArn: ARN })
    service.send('TagResource', { resourceArn: ARN, tags: { a: '1', b: '2' } })
    expect(tags()).toEqual({ tags: { a: '1', b: '2' } })
    service.send('UntagResource', { resourceArn: ARN, tagKeys: ['a'] })
    expect(tags()).toEqual({ tags: { b: '2' } })
    expect(() => service.send('ListTagsForResource', { resourceArn: `${ARN}:*` })).toThrow(
      refusal('InvalidParameterException'),
    )
  })

  test('that is gone is not found, and takes no records', () => {
    const service = logs()
    service.send('DeleteLogGroup', { logGroupName: GROUP })
    expect(() => service.send('DeleteLogGroup', { logGroupName: GROUP })).toThrow(refusal('ResourceNotFoundException'))
    expect(service.write([[0, 'a']])).toBe(false)
    expect(service.hasGroup('us-east-1', GROUP)).toBe(false)
  })
})

describe('an Insights query', () => {
  const start = (service: ReturnType<typeof logs>, queryString: string, more: object = {}) =>
    (
      service.send('StartQuery', {
        logGroupName: GROUP,
        startTime: NOW / 1_000,
        endTime: NOW / 1_000 + 3_600,
        queryString,
        ...more,
      }) as { queryId: string }
    ).queryId
  const results = (service: ReturnType<typeof logs>, queryId: string, more: object = {}) =>
    service.send('GetQueryResults', { queryId, ...more }) as Present<GetQueryResultsResponse>

  test('does not see events whose retention is over', () => {
    const service = logs()
    service.write([
      [-2 * 24 * 60, 'old'],
      [-1, 'new'],
    ])
    service.send('PutRetentionPolicy', { logGroupName: GROUP, retentionInDays: 1 })
    const id = start(service, 'fields @message', { startTime: 0 })
    results(service, id)
    expect(results(service, id).results).toMatchObject([[{ field: '@message', value: 'new' }, { field: '@ptr' }]])
  })

  test('runs, completes and tells what it scanned', () => {
    const service = logs()
    service.write([
      [0, '{"n":1}'],
      [1, '{"n":2}'],
    ])
    const id = start(service, 'filter n > 1 | stats sum(n) as s')
    expect(results(service, id)).toMatchObject({ status: 'Running', results: [] })
    expect(results(service, id)).toMatchObject({
      status: 'Complete',
      results: [[{ field: 's', value: '2' }]],
      statistics: { recordsMatched: 1, recordsScanned: 2, bytesScanned: 14 },
    })
  })

  test('"StartQuery: epoch seconds, both ends inclusive"', () => {
    const service = logs()
    service.write([-1, 0, 60, 61].map((minutes) => [minutes, `at ${minutes}`]))
    const id = start(service, 'stats count(*) as n')
    results(service, id)
    expect(results(service, id).results).toEqual([[{ field: 'n', value: '2' }]])
  })

  test('"default 10,000 rows, up to 100,000 in pages of 10,000"', () => {
    const service = logs()
    service.write(Array.from({ length: 25_000 }, (_, i) => [i % 60, 'm']))
    const count = (more: object) => {
      const id = start(service, 'fields @timestamp', more)
      results(service, id)
      const pages: number[] = []
      for (let nextToken: string | undefined; ; ) {
        const page = results(service, id, { nextToken })
        pages.push(page.results.length)
        nextToken = page.nextToken
        if (nextToken === undefined) return pages
      }
    }
    expect(count({})).toEqual([10_000])
    expect(count({ limit: 100_000 })).toEqual([10_000, 10_000, 5_000])
  })

  test('can be stopped while it runs, not afterwards', () => {
    const service = logs()
    const id = start(service, 'fields @message')
    expect(service.send('StopQuery', { queryId: id })).toEqual({ success: true })
    expect(results(service, id).status).toBe('Cancelled')
    expect(() => service.send('StopQuery', { queryId: id })).toThrow(refusal('InvalidParameterException'))
  })

  test('"100 queries at once"', () => {
    const service = logs()
    const ids = Array.from({ length: 100 }, () => start(service, 'limit 1'))
    expect(() => start(service, 'limit 1')).toThrow(refusal('LimitExceededException'))
    service.send('StopQuery', { queryId: ids[0] })
    expect(start(service, 'limit 1')).not.toBe('')
  })

  test('that does not compile says where', () => {
    expect(() => start(logs(), 'fields @message | fetch')).toThrow(
      expect.objectContaining({
        code: 'MalformedQueryException',
        members: {
          queryCompileError: expect.objectContaining({ location: { startCharOffset: 18, endCharOffset: 23 } }),
        },
      }),
    )
  })

  test.each([
    ['"≤50 groups"', { logGroupNames: Array(51).fill(GROUP) }, 'InvalidParameterException'],
    ['an unknown group', { logGroupName: 'unknown' }, 'ResourceNotFoundException'],
    ['an end before the start', { endTime: 0 }, 'InvalidParameterException'],
    ['a limit above 100,000', { limit: 100_001 }, 'InvalidParameterException'],
  ])('is refused with %s', (_, more, code) => {
    expect(() => start(logs(), 'limit 1', more)).toThrow(refusal(code))
  })

  test('"PutQueryDefinition makes a duplicate unless given queryDefinitionId"', () => {
    const { send } = logs()
    const definition = { name: 'Bedrock/Usage', queryString: 'limit 1' }
    const put = (more: object = {}) =>
      (send('PutQueryDefinition', { ...definition, ...more }) as { queryDefinitionId: string }).queryDefinitionId
    const list = () =>
      (send('DescribeQueryDefinitions', { queryDefinitionNamePrefix: 'Bedrock/' }) as { queryDefinitions: object[] })
        .queryDefinitions
    const [first, second] = [put(), put()]
    expect(list()).toHaveLength(2)
    expect(put({ queryDefinitionId: first, queryString: 'limit 2' })).toBe(first)
    expect(list()).toContainEqual(expect.objectContaining({ queryDefinitionId: first, queryString: 'limit 2' }))
    expect(send('DeleteQueryDefinition', { queryDefinitionId: second })).toEqual({ success: true })
    expect(list()).toHaveLength(1)
    expect(() => put({ queryDefinitionId: second })).toThrow(refusal('ResourceNotFoundException'))
  })
})
