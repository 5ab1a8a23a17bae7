//! Mobile numbers as an operation carries them. What one is, says [`identity::phone`].

use identity::MobileNumber;

/// A mainland mobile number as it is kept: 11 digits; none where the text is not one.
pub fn mobile_number(text: &str) -> Option<String> {
    MobileNumber::parse(text)
        .ok()
        .map(MobileNumber::into_string)
}
