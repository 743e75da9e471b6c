import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parsePolicy, readPolicy, type Statement, withoutStatements, withStatements } from '../../src/aws/policy.ts'

describe('parsePolicy', () => {
  test('reads the same statement from every way of writing it', () => {
    const short = {
      Effect: 'Allow',
      Principal: { Service: 'a.b' },
      Action: 'x:Y',
      Resource: '*',
      Condition: { Bool: { k: 'true' } },
    }
    const long = {
      Effect: 'Allow',
      Principal: { Service: ['a.b'] },
      Action: ['x:Y'],
      Resource: ['*'],
      Condition: { Bool: { k: ['true'] } },
    }
    const texts = [
      JSON.stringify({ Statement: short }),
      JSON.stringify({ Statement: [long] }, null, 4),
      encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement: [short] })),
    ]
    for (const text of texts) expect(parsePolicy(text)).toEqual([long])
  })

  test('the order inside a list does not count, since AWS keeps none', () => {
    const of = (...Action: string[]) => parsePolicy(JSON.stringify({ Statement: { Effect: 'Allow', Action } }))
    expect(of('b', 'a')).toEqual(of('a', 'b'))
  })

  test('no document has no statements', () => {
    expect(parsePolicy(undefined)).toEqual([])
    expect(parsePolicy('')).toEqual([])
  })

  test('what it writes it reads back', () => {
    const strings = fc.uniqueArray(fc.string(), { minLength: 1 }).map((list) => list.sort())
    const statement = fc.record({ Effect: fc.constantFrom('Allow', 'Deny'), Action: strings, Resource: strings })
    fc.assert(
      fc.property(fc.array(statement), (statements) => {
        const document = JSON.stringify({ Version: '2012-10-17', Statement: statements })
        expect(parsePolicy(document)).toEqual(statements)
        expect(parsePolicy(encodeURIComponent(document))).toEqual(statements)
      }),
    )
  })
})

describe('our statements in the policy of a thing of ours', () => {
  const ours = (name: string, word = name): Statement => ({
    Sid: name,
    Effect: 'Allow',
    Action: [`ours:${word}`],
    Resource: ['*'],
  })
  const his = { Sid: 'His', Effect: 'Allow', Action: 'a:B', Resource: '*' }
  const document = (...Statement: object[]) => readPolicy(JSON.stringify({ Statement }))

  test('take the place of what stands under their Sids or says the same, and leave all else as it was written', () => {
    const stands = document(his, ours('One', 'old'), { ...ours('Two'), Sid: 'Same' })
    const next = withStatements(stands, [ours('One'), ours('Two')])
    expect(next.Statement).toEqual([his, ours('One'), ours('Two')])
    expect(withStatements(next, [ours('One'), ours('Two')])).toEqual(next)
    expect(withoutStatements(next, ['One', 'Two']).Statement).toEqual([his])
  })
})
