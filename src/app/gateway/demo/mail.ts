/** Mail that goes nowhere: what is sent is a line of the file that the first argument names. */
import { appendFileSync } from 'node:fs';
import { serveDemo } from './serve-demo.ts';

const [, , outbox = ''] = process.argv;

await serveDemo('mail', [
  {
    name: 'get_contact',
    description: 'Gets the address of a contact in the address book of the company.',
    arguments: ['name'],
    run: ({ name = '' }) => (name.toLowerCase() === 'ann' ? 'ann@customer.example' : 'There is no such contact.'),
  },
  {
    name: 'send_email',
    description: 'Sends an email.',
    arguments: ['to', 'body'],
    run: ({ to, body }) => {
      appendFileSync(outbox, `${JSON.stringify({ to, body })}\n`);
      return 'Sent.';
    },
  },
]);
