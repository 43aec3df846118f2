import type { Route, SimResponse } from '../kit/simulator.ts';
import { Failure } from './failure.ts';
import type { User } from './records.ts';
import type { Account } from './store.ts';

/** The company that the account belongs to. */
export const COMPANY = {
  company_id: 7_700_123,
  company_name: 'Northwind Sandbox',
  company_domain: 'northwind-sandbox',
  company_country: 'EE',
  company_industry: 'IT Services',
};

/** Users and currencies, which exist in v1 only. */
export function userRoutes(account: Account): Route[] {
  const { company_id } = COMPANY;
  const reply = (data: unknown): SimResponse => ({
    status: 200,
    body: { success: true, data, additional_data: { company_id } },
  });
  const present = (user: User): User => ({ ...user, is_you: user.id === account.store.caller.id });
  return [
    {
      method: 'GET',
      path: '/v1/users',
      tokens: 20,
      handler: () => reply([...account.store.users.values()].map(present)),
    },
    {
      method: 'GET',
      path: '/v1/users/me',
      tokens: 2,
      handler: () =>
        reply({ ...present(account.store.caller), ...COMPANY, language: { language_code: 'en', country_code: 'US' } }),
    },
    {
      method: 'GET',
      path: '/v1/users/:id',
      tokens: 2,
      handler: ({ params }) => {
        const user = account.store.users.get(Number(params.id));
        if (!user) throw new Failure(404, 'User not found or not accessible.', {});
        return reply(present(user));
      },
    },
    {
      method: 'GET',
      path: '/v1/currencies',
      tokens: 20,
      handler: ({ query }) => {
        const term = query.get('term')?.toLowerCase() ?? '';
        const fitting = account.store.currencies.filter(
          ({ code, name }) => code.toLowerCase().includes(term) || name.toLowerCase().includes(term),
        );
        return { status: 200, body: { success: true, data: fitting } };
      },
    },
  ];
}
