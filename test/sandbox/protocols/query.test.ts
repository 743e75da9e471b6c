import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { catalogOf } from '../../../src/sandbox/protocols/catalog.ts'
import { queryProtocol } from '../../../src/sandbox/protocols/query.ts'

const protocol = queryProtocol('urn:test')

async function decode(service: 'iam' | 'sns' | 'cloudwatch', name: string, form: Record<string, string>) {
  const operation = (await catalogOf(service)).operations.get(name)
  if (operation === undefined) throw new Error(`no operation ${name}`)
  const body = Buffer.from(new URLSearchParams({ Action: name, ...form }).toString())
  return protocol.decode(operation, { method: 'POST', path: '/', query: new URLSearchParams(), headers: {}, body })
}

describe('a form is read', () => {
  test('with its lists in the order of their numbers, and numbers, flags and times by their types', async () => {
    const input = await decode('cloudwatch', 'GetMetricStatistics', {
      Period: '60',
      StartTime: '2026-11-23T10:00:00Z',
      'Dimensions.member.10.Name': 'last',
      'Dimensions.member.2.Name': 'first',
      'Dimensions.member.2.Value': 'a.b',
    })
    expect(input).toEqual({
      Period: 60,
      StartTime: new Date('2026-11-23T10:00:00Z'),
      Dimensions: [{ Name: 'first', Value: 'a.b' }, { Name: 'last' }],
    })
  })

  test('with its maps', async () => {
    const input = await decode('sns', 'CreateTopic', {
      Name: 't',
      'Attributes.entry.1.key': 'DisplayName',
      'Attributes.entry.1.value': 'x & y',
    })
    expect(input).toEqual({ Name: 't', Attributes: { DisplayName: 'x & y' } })
  })

  test('with an empty field as an empty list', async () => {
    expect(await decode('iam', 'TagRole', { RoleName: 'r', Tags: '' })).toEqual({ RoleName: 'r', Tags: [] })
  })

  test("with names that would reach an object's prototype left alone", async () => {
    await decode('iam', 'TagRole', { '__proto__.polluted': 'yes', 'constructor.prototype.polluted': 'yes' })
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  test('back to the tags that were sent, whatever is in them', async () => {
    const tag = fc.record({ Key: fc.string(), Value: fc.string() })
    await fc.assert(
      fc.asyncProperty(fc.array(tag, { minLength: 1, maxLength: 20 }), async (tags) => {
        const fields = tags.flatMap(({ Key, Value }, index) => [
          [`Tags.member.${index + 1}.Key`, Key],
          [`Tags.member.${index + 1}.Value`, Value],
        ])
        expect(await decode('iam', 'TagRole', Object.fromEntries(fields))).toEqual({ Tags: tags })
      }),
    )
  })
})
