import NextAuth from 'next-auth';
import MicrosoftEntra from 'next-auth/providers/microsoft-entra-id';

export const { handlers, auth } = NextAuth({
  providers: [MicrosoftEntra],
  session: { maxAge: 8 * 60 * 60 },
});
