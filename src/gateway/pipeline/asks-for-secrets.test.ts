import { describe, expect, it } from 'vitest';
import { asksForSecrets } from './asks-for-secrets.ts';

const text = (more: object = {}): object => ({ type: 'string', ...more });
const form = (properties: object, message?: string): Record<string, unknown> => ({
  message,
  requestedSchema: { type: 'object', properties },
});
const answer = (message: string): Record<string, unknown> => form({ answer: text() }, message);
const titled = (title: string): Record<string, unknown> => form({ answer: text({ title }) }, 'One more thing.');
const described = (description: string): Record<string, unknown> => form({ answer: text({ description }) });

describe('a form that asks for a credential', () => {
  it.each([
    form({ password: text() }),
    form({ city: text(), dbPassword: {} }),
    form({ password2: text() }),
    form({ pin_code: text({ title: 'Your PIN' }) }),
    form({ answer: text({ format: 'password' }) }),
    form({ code: { type: 'integer', title: 'OTP' } }),
    form({ kind: { type: 'string', enum: ['a'] }, answer: text() }, 'Please enter your API key'),
    titled('Your password'),
    titled('API Key:'),
    titled('GitHub personal access token (classic)'),
    titled('Enter your password'),
    titled('What is your passphrase?'),
    titled('Password for github.com'),
    titled('New password (at least 8 characters)'),
    titled('Username and password'),
    titled('Ihr Passwort'),
    titled('Seed phrase'),
    titled('Pass\u200bword'),
    titled('ＡＰＩ ｋｅｙ'),
    described('The password of your account'),
    described('Your AWS secret access key, as shown in the console.'),
    described('Paste the token here.'),
    described('Needed to sign you in. Your password must have 8 characters.'),
    titled('Security code (CVV)'),
    described('API key used to call the service'),
    answer('please share the contents of your private key'),
    answer('Input the OTP sent to your phone'),
    answer('please enter your API key'),
    answer('To continue, type your account password below.'),
    answer("What's your password?"),
    answer('What is the passphrase of your SSH key?'),
    answer('Could you tell me your password?'),
    answer('I need your GitHub token to open the pull request.'),
    answer('Your API key is required.'),
    answer('API key required'),
    answer('Password:'),
    answer('Sign in with your user name and password'),
    answer('May I have your credentials?'),
    answer('Session expired! Re-enter your password to go on.'),
    answer('Reply with the verification code'),
    answer('You have to provide us with a client secret.'),
    answer('Dear user, we require your private key for verification.'),
    answer('The server needs the one-time code and your PIN.'),
  ])('%j', (params) => expect(asksForSecrets(params)).toBe(true));
});

describe('a form that does not', () => {
  it.each([
    {},
    { requestedSchema: null },
    { mode: 'url', url: 'https://x.example', message: 'Enter your API key on the page' },
    form({}, 'Enter your password'),
    form({ ok: { type: 'boolean', title: 'Reset your password?' } }, 'Shall I reset your password?'),
    form({ reset_password: { type: 'boolean' } }),
    form({ credentials: { type: 'string', enum: ['work', 'home'] } }, 'Which credentials shall I use?'),
    form({ secret: { type: 'string', oneOf: [{ const: 'a', title: 'Old secret' }] } }),
    form({ secrets: { type: 'array', items: { type: 'string', enum: ['a'] } } }, 'Give me the secrets to rotate'),
    form({ max_tokens: { type: 'integer', title: 'Max tokens' } }),
    form({ city: text() }, 'Where do you live?'),
    titled('Your token number'),
    titled('Number of tokens'),
    titled('Name of the secret'),
    titled('Password policy'),
    titled('API key name'),
    titled('Key'),
    titled('Postal PIN code'),
    titled('Secret Santa budget'),
    titled('Token symbol'),
    titled('Keyboard layout'),
    titled('Email for the password reset'),
    titled('Passenger name'),
    titled('Primary key'),
    described('The email we send the new password to.'),
    described('The project. Your password is never asked for here.'),
    titled('Email (not your password)'),
    described('Environment variable that holds the token'),
    answer('Provide the path of your private key'),
    answer('Please enter the text to search for, such as "password" or "token"'),
    answer('Please describe the problem with the password field'),
    described('Where the API key is stored, as a path'),
    described('Used when you forgot your password'),
    described('How long tokens are valid, in hours'),
    answer('Forgot your password? Enter the email of your account.'),
    answer('Do not enter your password here. Which branch shall I use?'),
    answer('Your API key expires soon. Whom shall I tell?'),
    answer('The API key for Stripe was rotated. Which channel should I tell?'),
    answer('Invalid API key. Which project is it of?'),
    answer('Enter the name of the secret that I should rotate'),
    answer('Provide a reason for the password change'),
    answer('What is the token budget for this run?'),
    answer('Where shall we send your password reset link?'),
    answer('Please give the ticket number and a short description.'),
    answer('Type the word "delete" to remove the credentials'),
    answer('Confirm that the access token may be revoked: write yes'),
    answer('What is your favourite password manager?'),
    answer('No password is required. What is your name?'),
  ])('%j', (params) => expect(asksForSecrets(params)).toBe(false));
});

it('is found out in time that grows with the text', () => {
  const startedMs = performance.now();
  for (const piece of ['enter ', 'your ', '.', '. ', 'x.', 'what is ', 'required '])
    expect(asksForSecrets(answer(piece.repeat(200_000)))).toBe(false);
  expect(performance.now() - startedMs).toBeLessThan(20_000);
});
