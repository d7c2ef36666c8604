"""Embeds: physicians, articles and procedures on pages of others, each with what cannot be taken off.

An embed is the answer to one operation of ours, read as a partner at head, in one of three forms that have the same
HTML in them: a page for an iframe, a bare fragment, and what the web component of ``/embed.js`` shows.
"""
