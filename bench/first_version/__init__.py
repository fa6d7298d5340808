"""What would a competent team write first, with the Channels tutorial and its documentation at hand?"""
