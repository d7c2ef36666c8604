"""Feeds and sitemaps: what is new, for readers and aggregators, and what there is, for search engines.

A feed is the answer to one operation of ours, read as a partner at head: it leaves the site, as embeds do. Its entries
are the cards of embeds, so that nothing can be taken off them. A sitemap lists the pages of the site itself.
"""
