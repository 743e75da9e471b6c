import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  parsePolicy,
  policyDocument,
  readPolicy,
  type Statement,
  withoutStatements,
  withStatements,
} from '../../src/aws/policy.ts'

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
        expect(parsePolicy(policyDocument(statements))).toEqual(statements)
        expect(parsePolicy(encodeURIComponent(policyDocument(statements)))).toEqual(statements)
      }),
    )
  })
})

describe('our statements in a document of somebody else', () => {
  const ours = (name: string): Statement => ({ Sid: name, Effect: 'Allow', Action: [`ours:${name}`], Resource: ['*'] })
  const words = fc.oneof(fc.constantFrom('a:B', 'c:D'), fc.array(fc.constantFrom('a:B', 'c:D'), { minLength: 1 }))
  const his = fc.record(
    { Sid: fc.constantFrom('His', 'Hers', 'BesideOne'), Effect: fc.constant('Allow'), Action: words, Resource: words },
    { requiredKeys: ['Effect', 'Action', 'Resource'] },
  )
  const documents = fc.record(
    { Version: fc.constant('2008-10-17'), Id: fc.constant('his'), Statement: fc.oneof(his, fc.array(his)) },
    { requiredKeys: ['Statement'] },
  )

  test('leave it as it was written when they are taken out, in whatever order they came and however often', () => {
    const order = fc.array(fc.subarray(['One', 'Two'], { minLength: 1 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(documents, order, (document, runs) => {
        const before = readPolicy(JSON.stringify(document))
        let stands = before
        for (const names of runs) {
          const next = withStatements(stands, names.map(ours))
          // Once there, they are there: another run changes nothing.
          expect(withStatements(next, names.map(ours))).toEqual(next)
          stands = readPolicy(JSON.stringify(next))
        }
        expect(JSON.parse(JSON.stringify(withoutStatements(stands, ['One', 'Two'])))).toEqual(document)
      }),
    )
  })

  test('and what somebody adds meanwhile stays beside his one statement', () => {
    const alone = { Effect: 'Allow', Action: 'a:B', Resource: '*' }
    const { Statement: all, ...rest } = withStatements(readPolicy(JSON.stringify({ Statement: alone })), [ours('One')])
    const more = readPolicy(JSON.stringify({ ...rest, Statement: [all, { ...alone, Sid: 'New' }].flat() }))
    expect(withoutStatements(more, ['One']).Statement).toEqual([alone, { ...alone, Sid: 'New' }])
    const none = withStatements(readPolicy(undefined), [ours('One')])
    expect(withoutStatements({ ...none, Statement: [none.Statement, alone].flat() }, ['One']).Statement).toEqual([
      alone,
    ])
  })
})
