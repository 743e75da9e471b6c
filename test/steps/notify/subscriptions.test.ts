import { expect, test } from '@jest/globals'
import { endpointsOf, listSubscriptions, subscriptionOf } from '../../../src/steps/notify/subscriptions.ts'
import { fakeAws } from '../../support/fake-aws.ts'

test('a URL is shown by its host, since what follows may be a key; several at one host are numbered', () => {
  const httpsEndpoint = 'https://a.example/k1,https://b.example/k2,https://user:secret@a.example/k3?key=x'
  const shown = endpointsOf({ email: 'ops@example.com', httpsEndpoint }).map((endpoint) => endpoint.shown)
  expect(shown).toEqual(['ops@example.com', 'https://a.example/…', 'https://b.example/…', 'https://a.example/… (2)'])
})

test('a URL with a password is found under the asterisks that SNS lists', () => {
  const [endpoint] = endpointsOf({ email: '', httpsEndpoint: 'https://user:secret@a.example/k' })
  const listed = { protocol: 'https', endpoint: 'https://user:****@a.example/k', arn: '', confirmed: true }
  expect(endpoint && subscriptionOf(endpoint, [listed])).toBe(listed)
  expect(endpoint && subscriptionOf(endpoint, [{ ...listed, protocol: 'email' }])).toBeUndefined()
  expect(
    endpoint && subscriptionOf(endpoint, [{ ...listed, endpoint: 'https://other:****@a.example/k' }]),
  ).toBeUndefined()
})

test('subscriptions that were ended are none, though SNS still lists them; those of a second page are', async () => {
  const { cx } = fakeAws({
    ListSubscriptionsByTopic: ({ NextToken }: { NextToken?: string }) =>
      NextToken === undefined
        ? {
            Subscriptions: [
              { Protocol: 'email', Endpoint: 'a@example.com', SubscriptionArn: 'Deleted' },
              { Protocol: 'email', Endpoint: 'b@example.com', SubscriptionArn: 'PendingConfirmation' },
            ],
            NextToken: 'more',
          }
        : { Subscriptions: [{ Protocol: 'sqs', Endpoint: 'q', SubscriptionArn: 'arn:aws:sns:us-east-1:1:t:x' }] },
  })
  expect(await listSubscriptions(cx, 'arn')).toEqual([
    { protocol: 'email', endpoint: 'b@example.com', arn: 'PendingConfirmation', confirmed: false },
    { protocol: 'sqs', endpoint: 'q', arn: 'arn:aws:sns:us-east-1:1:t:x', confirmed: true },
  ])
})
