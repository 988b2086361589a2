"""Functions on Google Cloud, as they run here: beside Lambda's, to be compared with them."""
